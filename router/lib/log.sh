# shellcheck shell=bash
# The clock and the log. A line has: ISO time, level, id of the report, sentence.

# Sets NOW to the ISO 8601 time in UTC, with ms, of $1 (seconds.microseconds; default: now).
iso_time() {
  local at=${1:-$EPOCHREALTIME}
  printf -v NOW '%(%Y-%m-%dT%H:%M:%S)T.%.3sZ' "${at%.*}" "${at#*.}"
}

# Seconds that this router's clock is ahead of the API's, as far as that is known (lib/clock.sh).
CLOCK_AHEAD=0

# iso_time by the API's clock: what is sent, and signed.
api_time() {
  local at=${1:-$EPOCHREALTIME}
  iso_time "$((${at%.*} - CLOCK_AHEAD)).${at#*.}"
}

# Ms from the epoch to the boot, of the clock as it is set now; 0: not known yet.
BOOTED=0

# Sets UPTIME to ms since boot. Deadlines use it, because a clock set by NTP can jump. The kernel counts it in steps of 10 ms; the clock counts
# within a step. When the clock jumps, or a step begins between the two readings, it is compared again; so UPTIME is wrong by less than a step in any
# case, and it can go back by as much.
uptime_ms() {
  local seconds rest
  read -r seconds rest </proc/uptime
  rest=$((10#${seconds/./} * 10))
  UPTIME=$((10#${EPOCHREALTIME/./} / 1000 - BOOTED))
  ((UPTIME >= rest && UPTIME < rest + 10)) || BOOTED=$((BOOTED + UPTIME - rest)) UPTIME=$rest
}

# Sets MS to the ms of $1: seconds, with at most three digits after a point.
to_ms() {
  local seconds=$1 fraction
  [[ $seconds == *.* ]] || seconds+=.
  fraction=${seconds#*.}000
  MS=$((10#${seconds%.*} * 1000 + 10#${fraction:0:3}))
}

# AWS repeats a request whose signature it rejects, after these words, and the session token is part of it.
readonly REPEATED_REQUEST='The Canonical String'

# $1 without control characters, at most 500 bytes, so that received text cannot forge a log line.
printable() {
  local text=${1%%"$REPEATED_REQUEST"*}
  text=${text//[[:cntrl:]]/?}
  printf '%s' "${text:0:500}"
}

# log info|warn|error SENTENCE. A log that cannot be written (full disk) goes to stderr and stops nothing.
log() {
  local NOW text=${2%%"$REPEATED_REQUEST"*}
  text=${text//[[:cntrl:]]/?}
  iso_time
  printf '%s %-5s %s %s\n' "$NOW" "$1" "${ID:--}" "${text:0:500}" 2>/dev/null >>"${LOG:-${VYOS_FAILOVER_ROOT-}/var/log/vyos-failover.log}" ||
    printf '%s: %s: %s\n' "$PROGRAM" "$1" "${text:0:500}" >&2
}
