# shellcheck shell=bash
# The SSM agent. No VyOS image includes it, and an image upgrade keeps only /config: so its package is kept there, with the
# SHA-256 from the bundle, and installed again if the agent is missing.
#
# ROOT, if not empty, stands for /.

readonly AGENT=amazon-ssm-agent
readonly AGENT_PACKAGE=$AGENT.deb
# The oldest version that passes parameters to a push, and its download source.
read -r AGENT_OLDEST AGENT_SOURCE <"$HERE/agent-release"

# installed_agent writes the version that is installed, or nothing.
installed_agent() {
  local state version
  read -r state version < <(dpkg-query --admindir="$ROOT/var/lib/dpkg" --show \
    --showformat='${db:Status-Status} ${Version}\n' "$AGENT" 2>/dev/null)
  [[ ${state-} != installed ]] || printf '%s' "$version"
}

# agent_field FILE FIELD writes a control field of a package, or nothing.
agent_field() {
  dpkg-deb --field "$1" "$2" 2>/dev/null
}

is_agent_too_old() {
  ! dpkg --compare-versions "$1" ge "$AGENT_OLDEST"
}

# why_no_agent FILE writes why this package cannot be used here; nothing: it can.
why_no_agent() {
  local name version architecture here
  name=$(agent_field "$1" Package)
  version=$(agent_field "$1" Version)
  architecture=$(agent_field "$1" Architecture)
  here=$(dpkg --print-architecture)
  if [[ $name != "$AGENT" ]]; then
    printf 'is not the package of %s' "$AGENT"
  elif [[ $architecture != "$here" ]]; then
    printf 'is for %s, and this router is %s' "$(printable "$architecture")" "$here"
  elif is_agent_too_old "$version"; then
    printf 'is version %s, but a push needs %s or later' "$(printable "$version")" "$AGENT_OLDEST"
  fi
}

# start_agent FILE HASH installs the package if there is no agent or an older one, and starts it.
start_agent() {
  local package=$1 hash=$2 has
  has=$(installed_agent)
  if [[ -e $package ]] && { [[ -z $has ]] || dpkg --compare-versions "$has" lt "$(agent_field "$package" Version)"; }; then
    install_agent "$package" "$hash"
    has=$(installed_agent)
  fi
  if [[ -z $has ]]; then
    attention "the SSM agent is missing; without it this router's BGP cannot be read and no configuration can be pushed: create the bundle with --agent FILE, and run its install ($AGENT_SOURCE)"
  elif is_agent_too_old "$has"; then
    attention "the SSM agent is $has, but a push needs $AGENT_OLDEST or later: create the bundle with --agent FILE, and run its install ($AGENT_SOURCE)"
  elif ! systemctl --quiet is-active "$AGENT"; then
    if systemctl start "$AGENT"; then did "started $AGENT"; else attention "$AGENT does not start: see systemctl status $AGENT"; fi
  fi
}

install_agent() {
  local package=$1 hash=$2 found
  found=$(sha256_of "$package")
  if [[ $found != "$hash" ]]; then
    attention "$package is not installed: its SHA-256 is $found and not ${hash:-known}"
  elif install_package "$package"; then
    did "$AGENT $(installed_agent)"
  else
    attention "$package could not be installed: see the output of dpkg above"
  fi
}

# Keeps changed conffiles: no prompt can be answered at boot.
install_package() {
  dpkg --force-confdef --force-confold --root="${ROOT:-/}" --install "$1" >/dev/null </dev/null
}
