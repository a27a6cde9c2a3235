# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# Confirms that the peer is down, and not this router cut off. BFD and Serf can be wrong when packets are lost or a daemon
# stalls, and a router that cannot reach the API cannot judge its peer.

# shellcheck source=ask.sh
. "$HERE/lib/ask.sh"
# shellcheck source=watched.sh
. "$HERE/lib/watched.sh"
# shellcheck source=silence.sh
. "$HERE/lib/silence.sh"

# Seconds between two probes of a peer that answers although a detector has lost it.
readonly ASK_AGAIN_EVERY=0.5

# confirm TIMES probes the peer for TIMES CONFIRM_FOR. Sets VERDICT to dead, alive or isolated, and CONFIRM to the
# probes and their results, as JSON. In a silence of BFD, the peer is also asked before its time counts.
confirm() {
  local MS NOW EVER started port ports='' before=0
  local -A RESULT=()
  to_ms "$CONFIRM_FOR"
  uptime_ms
  started=$UPTIME
  [[ $BFD != silent ]] || before=$((COUNTS_FROM > UPTIME ? COUNTS_FROM - UPTIME : 0))
  if ask "$((before + $1 * MS))" api; then
    VERDICT=alive
  elif [[ ${RESULT[api]} == open ]]; then
    VERDICT=dead
  else
    VERDICT=isolated
  fi
  for port in $CONFIRM_PORTS; do ports+="${ports:+,}\"$port\":\"${RESULT[$port]}\""; done
  uptime_ms
  api_time
  CONFIRM="{\"verdict\":\"$VERDICT\",\"at\":\"$NOW\",\"address\":\"$PEER_ADDRESS\",\"refusedMeans\":\"$CONFIRM_REFUSED\""
  CONFIRM+=",\"ports\":{$ports},\"api\":\"${RESULT[api]}\",\"ms\":$((UPTIME - started))"
  recall_peer
  case $EVER in
    yes) CONFIRM+=',"everAnswered":true' ;;
    no) CONFIRM+=',"everAnswered":false' ;;
  esac
  CONFIRM+='}'
}

# Of the worker, before each try. Succeeds when the peer is confirmed dead and the API within reach, and waits for that
# while this router is cut off; fails with 4 when the peer is alive, or a silence of BFD is over.
confirm_outage() {
  local isolated=no
  if [[ $EVENT == peer-left && $POSTED == no ]]; then
    CONFIRM='{"verdict":"not asked: leaving is intent"}'
    return
  fi
  while :; do
    confirm 1
    if [[ $BFD != down ]]; then
      drop_silence
      return 4
    fi
    [[ $VERDICT != alive ]] || await_silence || return 4
    WAS_SILENT=yes
    if [[ $VERDICT == dead ]]; then
      [[ $isolated == yes ]] || return 0
      # The network may have come back between the probe of the peer and that of the API.
      isolated=no
      continue
    fi
    isolated=yes
    close_connection
    # They may end while this router is cut off.
    KEY_ID=''
    log_new warn "waiting: $PEER is silent, but the API is out of reach too, at ${ADDRESSES[$API_HOST]:-no known address}: this router may be the isolated one"
    await_next_try
  done
}

# The peer answers. During a shutdown the daemons end some seconds before the kernel, which refuses connections until then:
# so the peer is probed again for ASK_AGAIN_FOR. Succeeds as soon as it is silent, which is a new outage (VERDICT is dead or
# isolated); fails when it stays alive, or when another worker reports the outage.
await_silence() {
  local MS until over
  # A leave event that arrives meanwhile must not wait.
  withdraw
  release_lock
  forget_outage
  if [[ $POSTED == yes ]]; then over=abandoned; else over='not reported'; fi
  log info "$over: $PEER answers at $PEER_ADDRESS ($ANSWERED), so it is alive"
  to_ms "$ASK_AGAIN_FOR"
  uptime_ms
  until=$((UPTIME + MS))
  while ! is_back && ((UPTIME < until)); do
    sleep "$ASK_AGAIN_EVERY"
    # A peer that has just answered is probed for twice as long, because many probes follow each other now.
    confirm 2
    if [[ $VERDICT != alive ]]; then
      log warn "$PEER stopped answering"
      take_lock || return
      begin_outage
      # What was gathered before may be as old as ASK_AGAIN_FOR.
      start_evidence
      return 0
    fi
    uptime_ms
  done
  return 1
}

# Succeeds if the host is not shutting down: BFD with it is up (again), or it was silent and a program accepts connections.
is_back() {
  look_at_bfd
  [[ $WATCHED_BFD == up || ($WAS_SILENT == yes && $ANSWERED == *open) ]]
}
