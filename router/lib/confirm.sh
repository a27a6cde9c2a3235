# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# Is the peer really dead, and is it not this router that is cut off? BFD and Serf are wrong now and then when packets
# get lost or a daemon stalls, and a router that cannot even reach the API has no say about its peer.

# shellcheck source=ask.sh
. "$HERE/lib/ask.sh"
# shellcheck source=watched.sh
. "$HERE/lib/watched.sh"

# Seconds between two questions to a peer that answers although a detector has lost it.
readonly ASK_AGAIN_EVERY=0.5

# confirm TIMES asks the peer for TIMES CONFIRM_FOR. Sets VERDICT to dead, alive or isolated, and CONFIRM to what was
# tried and seen, as JSON.
confirm() {
  local MS NOW EVER started port ports=''
  local -A RESULT=()
  to_ms "$CONFIRM_FOR"
  uptime_ms
  started=$UPTIME
  if ask "$(($1 * MS))" api; then
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
# while this router is cut off; fails with 4 when the peer lives.
confirm_outage() {
  if [[ $EVENT == peer-left && $POSTED == no ]]; then
    CONFIRM='{"verdict":"not asked: leaving is intent"}'
    return
  fi
  while :; do
    confirm 1
    [[ $VERDICT != alive ]] || await_silence || return 4
    WAS_SILENT=yes
    [[ $VERDICT != dead ]] || return 0
    log_new warn "waiting: $PEER is silent, but the API is out of reach too, at ${ADDRESSES[$API_HOST]:-no known address}: this router may be the isolated one"
    await_next_try
  done
}

# The peer answers. One that shuts down ends its daemons some seconds before its kernel, which refuses connections until
# then: it is asked again for ASK_AGAIN_FOR. Succeeds as soon as it is silent, which is an outage of its own (VERDICT is
# dead or isolated); fails when it lives, or when another worker has the outage.
await_silence() {
  local MS until over
  # A goodbye that comes meanwhile must not wait.
  release_lock
  forget_outage
  if [[ $POSTED == yes ]]; then over=abandoned; else over='not reported'; fi
  log info "$over: $PEER answers at $PEER_ADDRESS ($ANSWERED), so it is alive"
  to_ms "$ASK_AGAIN_FOR"
  uptime_ms
  until=$((UPTIME + MS))
  while ! is_back && ((UPTIME < until)); do
    sleep "$ASK_AGAIN_EVERY"
    # What has just answered is asked for twice as long before it is called dead: now the question is asked many times.
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

# Succeeds if what answers is no dying host: BFD with it is up (again), or it was silent and has a program that answers.
is_back() {
  look_at_bfd
  [[ $WATCHED_BFD == up || ($WAS_SILENT == yes && $ANSWERED == *open) ]]
}
