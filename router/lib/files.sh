# shellcheck shell=bash
# Putting files in place so that doing it again changes nothing, and saying what was done.

# Programs are for everybody to read; whatever holds a secret is written elsewhere, and says so.
umask 022

# Becomes `yes` with the first thing that was changed, and with the first that somebody has to look at.
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
  if cmp -s -- "$source" "$target" && [[ $(stat -c '%04a' -- "$target") == "$mode" ]]; then return 1; fi
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
  mkdir -p -- "$1" || fail "$1 cannot be made"
}

# sha256_of FILE writes its SHA-256, or nothing.
sha256_of() {
  local sum
  sum=$(sha256sum 2>/dev/null <"$1") && printf '%s' "${sum%% *}"
}
