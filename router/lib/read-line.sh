# shellcheck shell=bash
# read_line SECONDS FD sets LINE, waiting for at most SECONDS. Fails as `read` does: above 128 if no line came in that time, 1 at the end.
read_line() {
  local status rest=''
  LINE=''
  IFS= read -r -t "$1" -u "$2" LINE && return
  status=$?
  ((status > 128)) && [[ -n $LINE ]] || return "$status"
  # bash reads a pipe byte by byte: the time may be over within a line that was written at once. The rest is there already, so that this
  # time passes only where the program gets no processor for so long; it would lose the beginning of the line, and take the rest for one.
  IFS= read -r -t 1 -u "$2" rest
  status=$?
  LINE+=$rest
  return "$status"
}
