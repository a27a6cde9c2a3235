# shellcheck shell=bash
# A wrong clock must not prevent a report: AWS refuses signatures that are 5 minutes off, and the API refuses reports that are
# 10 s old. Every answer contains the API's time.

# A smaller difference is harmless; the header has whole seconds, and the answer took time to arrive.
readonly CLOCK_TOLERANCE=3

# correct_clock HEADERS (of an answer) sets CLOCK_AHEAD, and has our own hand sign from now on: curl signs by the clock.
# Fails if the clock was right, or corrected already, or nothing is known.
correct_clock() {
  local api now ahead
  [[ $'\n'$1 =~ $'\n'[Dd]ate:[[:blank:]]*([A-Za-z0-9,:\ +-]+) ]] || return
  api=$(date -u -d "${BASH_REMATCH[1]}" +%s 2>/dev/null) || return
  printf -v now '%(%s)T' -1
  ahead=$((now - api))
  ((ahead - CLOCK_AHEAD > CLOCK_TOLERANCE || CLOCK_AHEAD - ahead > CLOCK_TOLERANCE)) || return
  CLOCK_AHEAD=$ahead SIGNER=sigv4
  log warn "this router's clock is $ahead s ahead of the API's: retrying with the API's time"
}
