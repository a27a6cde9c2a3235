# shellcheck shell=bash
# When the next try of a report is due. Only a settling answer ends a report; other answers differ in the wait.

# From now on GIVE_UP_AFTER counts, and the first of RETRY_DELAYS is next.
begin_tries() {
  uptime_ms
  SLOWER_AT=$((UPTIME + GIVE_UP_AFTER * 1000)) TRIES=0
}

# Waits for as long as VERDICT asks for, and starts what the next try needs.
await_next_try() {
  local DELAY
  choose_delay
  wait_about "$DELAY"
  renew_configuration
  # The unread result of an earlier fetch may be an error message, or too old.
  [[ -n $KEY_ID ]] || start_credentials
  prepare
}

# Sets DELAY to the seconds (or up to half as much again) before the next try.
choose_delay() {
  local delay
  local -a delays=()
  case $VERDICT in
    at-once)
      DELAY=0
      return
      ;;
    noted)
      # When the pause is over, it has all its tries again.
      begin_tries
      DELAY=$NOTED_EVERY
      return
      ;;
  esac
  for delay in $RETRY_DELAYS; do delays+=("$delay"); done
  uptime_ms
  if ((TRIES < ${#delays[@]})); then
    DELAY=${delays[TRIES]}
  elif [[ $VERDICT == rejected ]] || { ((UPTIME >= SLOWER_AT)) && [[ $VERDICT != isolated ]]; }; then
    DELAY=$NOTED_EVERY
  else
    DELAY=$RETRY_EVERY
  fi
  TRIES=$((TRIES + 1))
}

# wait_about SECONDS sleeps for this time, or up to half as long again.
wait_about() {
  local MS
  to_ms "$1"
  MS=$((MS + MS * RANDOM / 65536))
  ((MS == 0)) || sleep "$((MS / 1000)).$(printf '%03d' $((MS % 1000)))" 9>&-
}

is_new_configuration() {
  local now=''
  IFS= read -r -d '' now <"$CONFIG"
  [[ -n $now && $now != "$CONFIGURED" ]]
}

# The configuration may change during a report, for example the peer's address. Then the report starts again, with the same
# outage; a leave is then a confirmed failure.
renew_configuration() {
  is_new_configuration || return 0
  log info "$CONFIG has changed: continuing with the new configuration"
  close_connection
  exec "$BASH" "$HERE/report" --foreground --arrived "$ARRIVED" \
    --detector "$DETECTOR" --event peer-failed --subject "$SUBJECT"
}
