# shellcheck shell=bash
# Is the peer really dead, and is it not this router that is cut off? BFD and Serf are wrong now and then when packets
# get lost; two rounds of TCP connects put that right at the cost of 0.7 s, and a router that cannot even reach the API
# has no say about its peer.

readonly ROUND_MS=350 API_MS=500

# Connects and says so; on failure bash's own words ("… Connection refused") are the answer.
tcp_connect() {
  # A trace (bash -x) would be read as the answer.
  { set +x; } 2>/dev/null
  { : 9>&- 3<>"/dev/tcp/$1/$2"; } 2>&1 && echo open
}

# await_connect FD PID DEADLINE (UPTIME, ms) sets RESULT to open, refused, silent or unreachable.
await_connect() {
  local fd=$1 pid=$2 deadline=$3 left answer=''
  uptime_ms
  left=$((deadline > UPTIME ? deadline - UPTIME : 1))
  printf -v left '%d.%03d' $((left / 1000)) $((left % 1000))
  IFS= read -r -t "$left" -u "$fd" answer
  case $answer in
    open) RESULT=open ;;
    *refused*) RESULT=refused ;;
    '' | *'timed out'*) RESULT=silent ;;
    *) RESULT=unreachable ;;
  esac
  kill "$pid" 2>/dev/null
  exec {fd}<&-
}

# One round: all of CONFIRM_PORTS at once. Sets ROUND to it as JSON; succeeds, with ANSWERED set, if the peer lives.
peer_answers() {
  local port fd deadline index=0 lives=1
  local -a fds=() pids=()
  for port in $CONFIRM_PORTS; do
    exec {fd}< <(tcp_connect "$PEER_ADDRESS" "$port")
    fds+=("$fd") pids+=($!)
  done
  uptime_ms
  deadline=$((UPTIME + ROUND_MS)) ROUND=''
  for port in $CONFIRM_PORTS; do
    await_connect "${fds[index]}" "${pids[index]}" "$deadline"
    index=$((index + 1))
    ROUND+="${ROUND:+,}\"$port\":\"$RESULT\""
    if [[ $RESULT == open || ($RESULT == refused && $CONFIRM_REFUSED == alive) ]]; then
      lives=0 ANSWERED="port $port: $RESULT"
    fi
  done
  ROUND="{$ROUND}"
  return "$lives"
}

# Sets VERDICT to dead, alive or isolated, and CONFIRM to what was tried and seen, as JSON.
confirm() {
  local rounds='' api_fd api_pid started round
  uptime_ms
  started=$UPTIME
  exec {api_fd}< <(tcp_connect "$API_HOST" "$API_PORT")
  api_pid=$!
  VERDICT=dead RESULT=unknown
  for round in 1 2; do
    if peer_answers; then VERDICT=alive; fi
    rounds+="${rounds:+,}$ROUND"
    [[ $VERDICT == dead ]] || break
  done
  await_connect "$api_fd" "$api_pid" $((started + API_MS))
  [[ $VERDICT == alive || $RESULT == open ]] || VERDICT=isolated
  uptime_ms
  CONFIRM="{\"verdict\":\"$VERDICT\",\"address\":\"$PEER_ADDRESS\",\"refusedMeans\":\"$CONFIRM_REFUSED\""
  CONFIRM+=",\"rounds\":[$rounds],\"api\":\"$RESULT\",\"ms\":$((UPTIME - started))}"
}

# Sets API_HOST and API_PORT from API_URL.
split_api_url() {
  API_HOST=${API_URL#*://} API_PORT=443
  if [[ $API_HOST == *:* ]]; then
    API_PORT=${API_HOST##*:} API_HOST=${API_HOST%:*}
  fi
}
