# shellcheck shell=bash
# What this router sees, gathered side by side: its own BGP sessions (they show that it is fit to take the traffic)
# and Serf's members.

# Runs a command for at most a second, without the worker's lock, and writes: its output, NUL, its exit status, a
# newline, what it complained of.
run_for_evidence() {
  local complaint status
  exec 9>&-
  { complaint=$(timeout 1 "$@" 2>&1 >&3 3>&-); } 3>&1
  status=$?
  printf '\0%s\n%s' "$status" "${complaint:0:300}"
}

# Starts both commands; what an earlier start brought and nobody read is dropped. Without Serf there is only BGP.
start_evidence() {
  [[ -z ${BGP_FD-} ]] || exec {BGP_FD}<&-
  [[ -z ${SERF_FD-} ]] || exec {SERF_FD}<&-
  SERF_FD=''
  exec {BGP_FD}< <(run_for_evidence "$VTYSH" -c 'show bgp summary json')
  [[ " $DETECTORS " != *' serf '* ]] || exec {SERF_FD}< <(run_for_evidence "$SERF" members -format=json)
}

# Waits for start_evidence's two and sets SEEN to "bgp":…,"serf":… as JSON, and FAULTS to what was wrong. Each of the two
# is null where it could not be had.
gather_evidence() {
  FAULTS=()
  read_evidence "$BGP_FD" 32768 "$VTYSH"
  SEEN="\"bgp\":$OUTPUT"
  if [[ -n $FAULT ]]; then
    FAULTS+=("no BGP evidence: $FAULT")
    json_string "$FAULT"
    SEEN+=",\"bgpError\":$JSON"
  fi
  OUTPUT=null FAULT=''
  [[ -z $SERF_FD ]] || read_evidence "$SERF_FD" 16384 "$SERF"
  SEEN+=",\"serf\":$OUTPUT"
  BGP_FD='' SERF_FD=''
  [[ -z $FAULT ]] || FAULTS+=("no Serf evidence: $FAULT")
}

# The same, as the EVIDENCE of a report.
finish_evidence() {
  local NOW SEEN fault
  gather_evidence
  for fault in "${FAULTS[@]}"; do log warn "$fault"; done
  api_time "$ARRIVED"
  EVIDENCE="{$SEEN,\"confirm\":$CONFIRM,\"detectedAt\":\"$NOW\"}"
}

# read_evidence FD LIMIT COMMAND sets OUTPUT to the JSON that came (or null) and FAULT to what was wrong (or nothing).
read_evidence() {
  local fd=$1 limit=$2 command=$3 text='' trailer='' status
  OUTPUT=null FAULT=''
  IFS= read -r -d '' -n $((limit + 1)) -t 2 -u "$fd" text
  IFS= read -r -d '' -n 400 -t 1 -u "$fd" trailer
  exec {fd}<&-
  status=${trailer%%$'\n'*} trailer=${trailer#*$'\n'}
  text=${text%"${text##*[![:space:]]}"} text=${text#"${text%%[![:space:]]*}"}
  if ((${#text} > limit)); then
    FAULT="$command wrote more than $limit bytes"
  elif [[ ! $status =~ ^[0-9]{1,3}$ ]]; then
    FAULT="$command wrote something that is no text"
  elif ((status == 124)); then
    FAULT="$command did not end within 1 s"
  elif ((status != 0)); then
    FAULT="$command ended with status $status: $trailer"
  elif [[ $text != '{'*'}' || ! $text =~ $UTF8 ]]; then
    FAULT="$command wrote no JSON object: ${text:0:100}"
  else
    OUTPUT=$text
  fi
}
