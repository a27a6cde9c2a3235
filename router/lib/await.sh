# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# A waiting worker: it has loaded all that a report needs, and waits for the failure. watch-bfd starts one while the session is up, because
# the start of a worker takes 30 ms of an outage, and credentials and the connection's program take as long again.

# shellcheck source=read-line.sh
. "$HERE/lib/read-line.sh"

# Ms. EC2 has new credentials 5 minutes before the old ones end.
readonly RENEW_CREDENTIALS=240000

# Returns as report_outage does, when BFD is down.
await_outage() {
  local renew_at=0 status
  IFS= read -r -d '' CONFIGURED <"$CONFIG"
  while :; do
    await_event
    report_outage
    status=$?
    [[ $BFD != down ]] || return "$status"
  done
}

# Waits for a line on stdin: when the failure was noticed (as EPOCHREALTIME), or `silent AT` (lib/silence.sh); `heard` ends a silence that was not
# waited for any more. Ends this program when stdin ends, because its starter has ended.
await_event() {
  local LINE
  start_connection
  while :; do
    read_event
    case $LINE in
      heard) continue ;;
      'silent '*) ! is_new_configuration || continue ;;
    esac
    break
  done
  if [[ $LINE =~ ^silent\ ([0-9]{1,15})$ ]]; then
    begin_silence "${BASH_REMATCH[1]}"
  elif [[ $LINE =~ ^[0-9]{9,11}\.[0-9]{6}$ ]]; then
    BFD=down ARRIVED=$LINE
  else
    usage_error "expected the time of the failure on stdin, not '$LINE'"
  fi
  # Those of the last fetch may be an error message.
  [[ -n $KEY_ID || -z $CREDENTIALS_FD ]] || ! read -r -t 0 -u "$CREDENTIALS_FD" || finish_credentials || start_credentials
  [[ $BFD == silent ]] || renew_configuration
}

# Within await_event: sets LINE, and fetches credentials again before they end.
read_event() {
  local status
  while :; do
    uptime_ms
    if ((UPTIME >= renew_at)); then
      start_credentials
      renew_at=$((UPTIME + RENEW_CREDENTIALS))
    fi
    read_line "$(((renew_at - UPTIME + 999) / 1000))" 0 && return
    status=$?
    ((status > 128)) || exit 0
  done
}
