# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# Probes whether the peer is alive, and whether the API is reachable, by opening TCP connections.
#
# A running host answers a SYN, whatever its daemons do. One SYN may get lost, and the kernel's own next one comes a
# second later; so there is a new connection every OFTEN_EVERY ms for OFTEN_FOR ms, every CONNECT_EVERY ms after that, and every LAST_EVERY ms in
# the last LAST_FOR ms: a host that was frozen until then has answered. In 0.3 s that is 28 at two ports: at 10 % loss both ways all of them go
# unanswered once in 10^20 times, at 50 % once in 3,000.
#
# Time in which this program did not run (this router was frozen, too) does not count: the peer was not asked.

# shellcheck source=addresses.sh
. "$HERE/lib/addresses.sh"
# shellcheck source=peer-memory.sh
. "$HERE/lib/peer-memory.sh"
# shellcheck source=read-line.sh
. "$HERE/lib/read-line.sh"

# Ms. The wait for the API is a little longer, because a false result (isolated) costs much more time.
readonly OFTEN_EVERY=25 OFTEN_FOR=500 CONNECT_EVERY=50 LAST_EVERY=10 LAST_FOR=20 API_MS=500
# Ms that the last connection has for its answer, also if this program did not run when it was due.
readonly LAST_ANSWER=4
# Ms. Longer between two looks at the answers, and this program did not run. So often at most: where processor time is scarce, every look takes
# longer, and the peer would be asked for ever.
readonly STALLED=100 MOST_STALLS=10

# connect HOST PORT FD connects once, in a process of its own; what comes of it goes into the pipe FD: `open HOST`, or
# bash's error message ("… Connection refused").
connect() {
  local host=$1 port=$2 fd=$3
  : < <(
    # Nothing else reads the stdin of a waiting worker.
    exec </dev/null >&"$fd" 2>&1 9>&-
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

# listen_at ENDPOINT SECONDS sets RESULT of an endpoint by its answer, waiting for at most SECONDS: open, refused, unreachable or silent.
listen_at() {
  local endpoint=$1 LINE
  read_line "$2" "${PIPE[$endpoint]}"
  case $LINE in
    open*)
      RESULT[$endpoint]=open
      # Where it answered is where the report goes.
      [[ $endpoint != api ]] || put_first "$API_HOST" "${LINE#open }"
      ;;
    *refused*) RESULT[$endpoint]=refused ;;
    '' | *'timed out'*) ;;
    *) RESULT[$endpoint]=unreachable ;;
  esac
}

# ask MS [api] connects to all of the peer's CONFIRM_PORTS, until it has answered or MS have passed, and with `api` to
# the API, until it has answered. Sets RESULT by endpoint (a port, or `api`); succeeds, with ANSWERED set, if the peer is
# alive. Fails as well when a silence of BFD is over.
ask() {
  local ms=$1 endpoint started looked next=0 last=0 waits_from=0 turn=0 stalls=0 fd lives=1 pause
  local -a endpoints=("${@:2}") CONNECTING=()
  local -A PIPE=()
  for endpoint in $CONFIRM_PORTS; do endpoints+=("$endpoint"); done
  RESULT=()
  for endpoint in "${endpoints[@]}"; do
    exec {fd}<> <(:)
    PIPE[$endpoint]=$fd RESULT[$endpoint]=silent
  done
  uptime_ms
  started=$UPTIME looked=$UPTIME
  while ! is_settled "$((UPTIME - started))" "$ms"; do
    if ((UPTIME >= next)); then
      choose_next_connect "$((started + ms - LAST_FOR))"
      if is_last_begun; then connect_to_all; else connect_last; fi
    fi
    if [[ $BFD == silent ]]; then
      attend_silence "$((UPTIME - started))"
      [[ $BFD != over ]] || break
    fi
    if [[ ${SUSPICION-none} != none ]]; then
      attend_suspicion
      # The answer that the confirmed report waits for has come.
      ! is_settled "$((UPTIME - started))" "$ms" || break
    fi
    # A report waits for the end.
    pause=0.002
    ((UPTIME < started + ms - LAST_FOR)) || pause=0.001
    for endpoint in "${endpoints[@]}"; do
      [[ ${RESULT[$endpoint]} == open ]] || listen_at "$endpoint" "$pause"
    done
    if peer_lives; then
      lives=0
      break
    fi
    uptime_ms
    ((UPTIME - looked <= STALLED || stalls == MOST_STALLS)) || skip_stall
    looked=$UPTIME
  done
  if ((lives)) && [[ $BFD != over ]] && has_answered; then lives=0; fi
  kill "${CONNECTING[@]}" 2>/dev/null
  for fd in "${PIPE[@]}"; do exec {fd}<&-; done
  return "$lives"
}

# Within ask: succeeds if the peer's answer has come since the last look, because this program did not run. Waits for none.
has_answered() {
  local endpoint
  for endpoint in "${endpoints[@]}"; do
    ! read -r -t 0 -u "${PIPE[$endpoint]}" || listen_at "$endpoint" 0.01
  done
  peer_lives
}

# Within ask: choose_next_connect FROM, when the last connections begin. After them, the peer is asked less often: each connection that it does
# not answer is a process.
choose_next_connect() {
  local every=$CONNECT_EVERY
  ((UPTIME >= started + OFTEN_FOR)) || every=$OFTEN_EVERY
  if ((UPTIME < $1)); then
    next=$((UPTIME + every <= $1 ? UPTIME + every : $1))
  else
    next=$((UPTIME + (UPTIME < $1 + LAST_FOR ? LAST_EVERY : CONNECT_EVERY)))
  fi
}

# Within ask: the peer is asked once more in any case, because the answers to earlier connections may have been lost.
skip_stall() {
  started=$((started + UPTIME - looked)) next=0 stalls=$((stalls + 1))
  ((UPTIME - started <= ms - CONNECT_EVERY)) || started=$((UPTIME - ms + CONNECT_EVERY))
}

# Within ask: connects, and notes when; the last connection is waited for.
connect_last() {
  last=$UPTIME
  connect_to_all
  uptime_ms
  waits_from=$UPTIME
}

# Within ask: succeeds if a connection has begun in the last LAST_EVERY ms of the peer's time, or after it.
is_last_begun() {
  ((last >= started + ms - LAST_EVERY))
}

# Within ask: everywhere but where an answer has come.
connect_to_all() {
  local endpoint
  for endpoint in "${endpoints[@]}"; do
    case $endpoint/${RESULT[$endpoint]} in
      */open) ;;
      api/*)
        # Lost BFD packets of a peer that answers are no reason to connect.
        if [[ $BFD != silent || $UNANSWERED == yes ]]; then
          take_resolved 0.001
          connect_to_api
        fi
        ;;
      */refused) ;;
      *) connect "$PEER_ADDRESS" "$endpoint" "${PIPE[$endpoint]}" ;;
    esac
  done
}

# Within ask: succeeds if the peer's time is over, and the API has answered or its time is over. A confirmed report that waits for the answer to its
# suspected one does not go out on an old confirmation: the peer is asked until then. So it is until BFD is down. Where this program did not run when
# the last connection was due, the peer is asked once more: it may have recovered meanwhile.
is_settled() {
  local passed=$1 ms=$2
  ((passed >= ms)) && [[ $BFD != silent ]] || return 1
  is_last_begun && ((UPTIME >= waits_from + LAST_ANSWER)) || return 1
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
