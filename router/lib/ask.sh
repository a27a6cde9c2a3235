# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# Probes whether the peer is alive, and whether the API is reachable, by opening TCP connections.
#
# A running host answers a SYN, whatever its daemons do. One SYN may get lost, and the kernel's own next one comes a
# second later; so there is a new connection every CONNECT_EVERY ms, and a last one LAST_CONNECT ms before the end: a host that
# was frozen until then has answered. In 0.3 s that is fourteen at two ports: at 10 % loss both ways all of them go
# unanswered once in 10^10 times, at 50 % once in 56.

# shellcheck source=addresses.sh
. "$HERE/lib/addresses.sh"
# shellcheck source=peer-memory.sh
. "$HERE/lib/peer-memory.sh"

# Ms. The wait for the API is a little longer, because a false result (isolated) costs much more time.
readonly CONNECT_EVERY=50 LAST_CONNECT=20 API_MS=500

# connect HOST PORT FD connects once, in a process of its own; what comes of it goes into the pipe FD: `open HOST`, or
# bash's error message ("… Connection refused").
connect() {
  local host=$1 port=$2 fd=$3
  : < <(
    exec >&"$fd" 2>&1 9>&-
    # The output of a trace (bash -x) would be read as the answer.
    { set +x; } 2>/dev/null
    { : 3<>"/dev/tcp/$host/$port"; } && echo "open $host"
  )
  CONNECTING+=($!)
}

# Within ask: the API's addresses take turns.
connect_to_api() {
  local address
  local -a known=()
  for address in ${ADDRESSES[$API_HOST]-}; do known+=("$address"); done
  ((${#known[@]})) || return 0
  connect "${known[turn % ${#known[@]}]}" "$API_PORT" "${PIPE[api]}"
  turn=$((turn + 1))
}

# Sets RESULT of an endpoint by its answer, waiting for at most 2 ms: open, refused, unreachable or silent.
listen_at() {
  local endpoint=$1 words=''
  IFS= read -r -t 0.002 -u "${PIPE[$endpoint]}" words
  case $words in
    open*)
      RESULT[$endpoint]=open
      # Where it answered is where the report goes.
      [[ $endpoint != api ]] || put_first "$API_HOST" "${words#open }"
      ;;
    *refused*) RESULT[$endpoint]=refused ;;
    '' | *'timed out'*) ;;
    *) RESULT[$endpoint]=unreachable ;;
  esac
}

# ask MS [api] connects to all of the peer's CONFIRM_PORTS, until it has answered or MS have passed, and with `api` to
# the API, until it has answered. Sets RESULT by endpoint (a port, or `api`); succeeds, with ANSWERED set, if the peer is
# alive.
ask() {
  local ms=$1 endpoint started last next=0 turn=0 fd lives=1
  local -a endpoints=("${@:2}") CONNECTING=()
  local -A PIPE=()
  for endpoint in $CONFIRM_PORTS; do endpoints+=("$endpoint"); done
  RESULT=()
  for endpoint in "${endpoints[@]}"; do
    exec {fd}<> <(:)
    PIPE[$endpoint]=$fd RESULT[$endpoint]=silent
  done
  uptime_ms
  started=$UPTIME last=$((UPTIME + ms - LAST_CONNECT))
  while ! is_settled "$((UPTIME - started))" "$ms"; do
    if ((UPTIME >= next)); then
      next=$((UPTIME + CONNECT_EVERY))
      ((UPTIME >= last || next <= last)) || next=$last
      connect_to_all
    fi
    if [[ ${SUSPICION-none} != none ]]; then
      attend_suspicion
      # The answer that the confirmed report waits for has come.
      ! is_settled "$((UPTIME - started))" "$ms" || break
    fi
    for endpoint in "${endpoints[@]}"; do
      [[ ${RESULT[$endpoint]} == open ]] || listen_at "$endpoint"
    done
    if peer_lives; then
      lives=0
      break
    fi
    uptime_ms
  done
  kill "${CONNECTING[@]}" 2>/dev/null
  for fd in "${PIPE[@]}"; do exec {fd}<&-; done
  return "$lives"
}

# Within ask: everywhere but where an answer has come.
connect_to_all() {
  local endpoint
  for endpoint in "${endpoints[@]}"; do
    case $endpoint/${RESULT[$endpoint]} in
      */open) ;;
      api/*)
        take_resolved 0.001
        connect_to_api
        ;;
      */refused) ;;
      *) connect "$PEER_ADDRESS" "$endpoint" "${PIPE[$endpoint]}" ;;
    esac
  done
}

# Succeeds if the peer's time is over, and the API has answered or its time is over. A confirmed report that waits for the answer to its
# suspected one does not go out on an old confirmation: the peer is asked until then.
is_settled() {
  local passed=$1 ms=$2
  ((passed >= ms)) || return 1
  if [[ ${RESULT[api]-open} != open ]]; then
    ((passed >= API_MS))
  else
    [[ ${SUSPICION-none} != sent ]] || ! awaits_answer "$((passed - ms))"
  fi
}

peer_lives() {
  local port
  for port in $CONFIRM_PORTS; do
    if [[ ${RESULT[$port]} == open || (${RESULT[$port]} == refused && $CONFIRM_REFUSED == alive) ]]; then
      ANSWERED="port $port: ${RESULT[$port]}"
      note_peer_answered
      return 0
    fi
  done
  return 1
}

# Succeeds, with ANSWERED set, if the peer is alive.
peer_answers() {
  local MS
  local -A RESULT=()
  to_ms "$CONFIRM_FOR"
  ask "$MS"
}
