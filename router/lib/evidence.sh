# shellcheck shell=bash
# This router's own BGP sessions, counted by count-sessions: they prove that it is fit to carry the traffic.

# Starts counting in the background; the unread result of an earlier start is dropped.
start_evidence() {
  [[ -z ${BGP_FD-} ]] || exec {BGP_FD}<&-
  exec {BGP_FD}< <(count_for_evidence)
}

# Writes the counts, NUL, an exit status, a newline, and the text of stderr. Without the worker's lock.
count_for_evidence() {
  local complaint status
  exec 9>&-
  { complaint=$(count_sessions 2>&1 >&3 3>&-); } 3>&1
  status=$?
  printf '\0%s\n%s' "$status" "${complaint:0:300}"
}

# Its status is that of vtysh, or of count-sessions where only that one failed.
count_sessions() {
  local -a ended
  show_sessions | "$HERE/count-sessions" --tunnels "$BGP_TUNNELS" --pair "$BGP_PAIR"
  ended=("${PIPESTATUS[@]}")
  ((ended[0] == 0)) || return "${ended[0]}"
  return "${ended[1]}"
}

# Writes FRR's summary of its neighbors, within a second. A router without bgpd has a definite answer: no session.
show_sessions() {
  local complaint status
  { complaint=$(timeout 1 "$VTYSH" -d bgpd -c 'show bgp summary json' 2>&1 >&3 3>&-); } 3>&1
  status=$?
  if ((status != 0)) && [[ $complaint == *'failed to connect to any daemons'* ]]; then
    printf '{}'
    return 0
  fi
  [[ -z $complaint ]] || printf '%s\n' "$complaint" >&2
  return "$status"
}

# Waits for the result of start_evidence and sets SEEN to "bgp":… as JSON, and FAULTS to the faults. "bgp" is null if the
# sessions could not be counted.
gather_evidence() {
  FAULTS=()
  read_evidence
  SEEN="\"bgp\":$COUNTS"
  [[ -n $FAULT ]] || return 0
  FAULTS+=("no BGP evidence: $FAULT")
  json_string "$FAULT"
  SEEN+=",\"bgpError\":$JSON"
}

# The same, as the EVIDENCE of a report.
finish_evidence() {
  local NOW SEEN fault
  gather_evidence
  for fault in "${FAULTS[@]}"; do log warn "$fault"; done
  api_time "$ARRIVED"
  EVIDENCE="{$SEEN,\"confirm\":$CONFIRM,\"detectedAt\":\"$NOW\"}"
}

readonly SESSIONS='\{"configured":[0-9]+,"established":[0-9]+,"receiving":[0-9]+,"unreadable":[0-9]+\}'

# Sets COUNTS to the counts as JSON (or null) and FAULT to the fault (or nothing).
read_evidence() {
  local text='' trailer='' status
  COUNTS=null FAULT=''
  IFS= read -r -d '' -n 1000 -t 2 -u "$BGP_FD" text
  IFS= read -r -d '' -n 400 -t 1 -u "$BGP_FD" trailer
  exec {BGP_FD}<&-
  BGP_FD=''
  status=${trailer%%$'\n'*} trailer=${trailer#*$'\n'} text=${text%$'\n'}
  if [[ $BGP_TUNNELS == none ]]; then
    FAULT='report.conf names no BGP neighbors (BGP_TUNNELS): install the newest bundle of this router'
  elif [[ ! $status =~ ^[0-9]{1,3}$ ]]; then
    FAULT="$VTYSH and count-sessions did not end within 2 s"
  elif ((status == 124)); then
    FAULT="$VTYSH did not end within 1 s"
  elif ((status != 0)); then
    FAULT="BGP sessions cannot be counted (status $status): $trailer"
  elif [[ ! $text =~ ^\{\"tunnels\":$SESSIONS,\"pair\":$SESSIONS\}$ ]]; then
    FAULT="count-sessions wrote no counts: ${text:0:100}"
  else
    COUNTS=$text
  fi
}
