# shellcheck shell=bash
# Is the peer really dead, and is it not this router that is cut off? BFD and Serf are wrong now and then when packets
# get lost or a daemon stalls, and a router that cannot even reach the API has no say about its peer.
#
# A living host answers a SYN, whatever its daemons do. One SYN may get lost, and the kernel's own next one comes a
# second later; so there is a new connection every KNOCK_EVERY ms. In 0.3 s that is twelve at two ports: at 10 % loss
# both ways all of them go unanswered once in 10^8 times, at 50 % once in 30.

# Ms. The API is waited for a little longer: a router that could not reach it would have to wait for much longer.
readonly KNOCK_EVERY=50 API_MS=500

# knock HOST PORT FD connects once, in a process of its own; what comes of it goes into the pipe FD: `open`, or bash's
# own words ("… Connection refused").
knock() {
  local host=$1 port=$2 fd=$3
  : < <(
    exec >&"$fd" 2>&1 9>&-
    # A trace (bash -x) would be read as the answer.
    { set +x; } 2>/dev/null
    { : 3<>"/dev/tcp/$host/$port"; } && echo open
  )
  KNOCKING+=($!)
}

# Sets RESULT of a door by what has been heard there, waiting for at most 5 ms: open, refused, unreachable or silent.
listen_at() {
  local door=$1 words=''
  IFS= read -r -t 0.005 -u "${PIPE[$door]}" words
  case $words in
    open) RESULT[$door]=open ;;
    *refused*) RESULT[$door]=refused ;;
    '' | *'timed out'*) ;;
    *) RESULT[$door]=unreachable ;;
  esac
}

# ask MS [API] knocks at all of the peer's CONFIRM_PORTS, until it has answered or MS have passed, and, if told so, at
# the API, until it has answered. Sets RESULT by door (a port, or `api`); succeeds, with ANSWERED set, if the peer lives.
ask() {
  local ms=$1 door started next=0 fd lives=1
  local -a doors=("${@:2}") KNOCKING=()
  local -A PIPE=()
  for door in $CONFIRM_PORTS; do doors+=("$door"); done
  RESULT=()
  for door in "${doors[@]}"; do
    exec {fd}<> <(:)
    PIPE[$door]=$fd RESULT[$door]=silent
  done
  uptime_ms
  started=$UPTIME
  while ! is_settled "$((UPTIME - started))" "$ms"; do
    if ((UPTIME >= next)); then
      next=$((UPTIME + KNOCK_EVERY))
      for door in "${doors[@]}"; do
        case $door/${RESULT[$door]} in
          */open | */refused) ;;
          api/*) knock "$API_HOST" "$API_PORT" "${PIPE[api]}" ;;
          *) knock "$PEER_ADDRESS" "$door" "${PIPE[$door]}" ;;
        esac
      done
    fi
    for door in "${doors[@]}"; do listen_at "$door"; done
    if peer_lives; then
      lives=0
      break
    fi
    uptime_ms
  done
  kill "${KNOCKING[@]}" 2>/dev/null
  for fd in "${PIPE[@]}"; do exec {fd}<&-; done
  return "$lives"
}

# Has the peer had its time, and the API an answer or its own?
is_settled() {
  local passed=$1 ms=$2
  ((passed >= ms)) || return 1
  [[ ${RESULT[api]-open} == open ]] || ((passed >= API_MS))
}

peer_lives() {
  local port
  for port in $CONFIRM_PORTS; do
    if [[ ${RESULT[$port]} == open || (${RESULT[$port]} == refused && $CONFIRM_REFUSED == alive) ]]; then
      ANSWERED="port $port: ${RESULT[$port]}"
      return 0
    fi
  done
  return 1
}

# Succeeds, with ANSWERED set, if the peer lives.
peer_answers() {
  local MS
  local -A RESULT=()
  to_ms "$CONFIRM_FOR"
  ask "$MS"
}

# Sets VERDICT to dead, alive or isolated, and CONFIRM to what was tried and seen, as JSON.
confirm() {
  local MS started port ports=''
  local -A RESULT=()
  to_ms "$CONFIRM_FOR"
  uptime_ms
  started=$UPTIME
  if ask "$MS" api; then
    VERDICT=alive
  elif [[ ${RESULT[api]} == open ]]; then
    VERDICT=dead
  else
    VERDICT=isolated
  fi
  for port in $CONFIRM_PORTS; do ports+="${ports:+,}\"$port\":\"${RESULT[$port]}\""; done
  uptime_ms
  CONFIRM="{\"verdict\":\"$VERDICT\",\"address\":\"$PEER_ADDRESS\",\"refusedMeans\":\"$CONFIRM_REFUSED\""
  CONFIRM+=",\"ports\":{$ports},\"api\":\"${RESULT[api]}\",\"ms\":$((UPTIME - started))}"
}

# Sets API_HOST and API_PORT from API_URL.
split_api_url() {
  API_HOST=${API_URL#*://} API_PORT=443
  if [[ $API_HOST == *:* ]]; then
    API_PORT=${API_HOST##*:} API_HOST=${API_HOST%:*}
  fi
}
