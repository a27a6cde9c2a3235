# shellcheck shell=bash
# write_line TEXT FD writes a line into a pipe; fails if its reader has ended. The caller traps PIPE, or it would end, too.
write_line() {
  printf '%s\n' "$1" 1>&"$2" 2>/dev/null
}
