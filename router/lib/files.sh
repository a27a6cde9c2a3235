# shellcheck shell=bash
# Idempotent installation of files, with a message for each change.

# Programs are world-readable; files with secrets are written elsewhere.
umask 022

# Become `yes` with the first change, and with the first message that needs attention.
CHANGED=no ATTENTION=no

did() {
  CHANGED=yes
  printf '%s: %s\n' "$PROGRAM" "$1"
}

attention() {
  ATTENTION=yes
  printf '%s: attention: %s\n' "$PROGRAM" "$1" >&2
}

fail() {
  printf '%s: failed: %s\n' "$PROGRAM" "$1" >&2
  exit 1
}

# put SOURCE TARGET MODE copies what differs, in one step; succeeds when it has copied something.
put() {
  local source=$1 target=$2 mode=$3
  if [[ -e $target ]] && cmp -s -- "$source" "$target" && [[ $(stat -c '%04a' -- "$target") == "$mode" ]]; then
    return 1
  fi
  if ! { command install -D -m "$mode" -- "$source" "$target.new" && mv -f -- "$target.new" "$target"; }; then
    fail "$target cannot be written"
  fi
  did "$target"
}

# replace FILE MODE puts FILE.new in the place of FILE.
replace() {
  if ! { chmod "$2" -- "$1.new" && mv -f -- "$1.new" "$1"; }; then fail "$1 cannot be written"; fi
  did "$1"
}

make_directory() {
  [[ -d $1 ]] || mkdir -p -- "$1" || fail "$1 cannot be made"
}

# sha256_of FILE writes its SHA-256, or nothing.
sha256_of() {
  local sum
  sum=$(sha256sum 2>/dev/null <"$1") && printf '%s' "${sum%% *}"
}
