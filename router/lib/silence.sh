# shellcheck shell=bash
# The peer's BFD packets stay away, and the session is still up (bfd-changes, watch-bfd). The waiting worker then asks the peer at once, instead of
# when BFD is down, and sends its suspected report when the first connections are unanswered. Nothing is confirmed before BFD is down. If the peer
# answers, or a packet arrives, all is dropped, and the worker waits again: lost packets are no outage.

# What is known of BFD with the peer: down (or it is no matter of BFD), silent, or over: the silence has ended, or another worker reports it.
BFD=down
# Ms since boot: `confirm` counts from then.
COUNTS_FROM=0
# Of this silence: whether the first connections went unanswered, and whether a suspected report was begun; when the last one was, in any silence.
UNANSWERED=no SUSPECTED=no SUSPECTED_AT=''

# Ms within which a running peer answers a first connection: addresses in one VPC.
readonly ANSWERS_WITHIN=25
# Ms. Where packets are lost, silences follow each other, and each suspected report is two requests.
readonly SUSPECT_EVERY=10000
# Ms for which BFD's verdict is waited for when the peer has been asked for its time: bfd-changes may have ended, and say nothing more.
readonly VERDICT_WITHIN=4000

# begin_silence AT
begin_silence() {
  BFD=silent COUNTS_FROM=$1 UNANSWERED=no SUSPECTED=no ANSWERED=''
  ARRIVED=$EPOCHREALTIME
}

# attend_silence PASSED: within `ask`, on its variables, again and again while BFD is silent. PASSED: ms for which the peer has been asked.
attend_silence() {
  read_verdict "$1"
  [[ $BFD != over ]] || return 0
  if [[ $UNANSWERED == no ]] && { [[ $BFD == down ]] || (($1 >= ANSWERS_WITHIN)); }; then
    UNANSWERED=yes
    prepare_connection
  fi
  if [[ $UNANSWERED == yes && $SUSPECTED == no ]] && { [[ $BFD == down ]] || may_suspect; }; then
    SUSPECTED=yes SUSPECTED_AT=$UPTIME
    suspect
  fi
}

# read_verdict PASSED reads what watch-bfd has written since.
read_verdict() {
  local line
  if read -r -t 0; then
    # At the end of stdin its starter has ended. The line has been written at once, and is read byte by byte: where processor time is scarce, that
    # can take longer than some ms.
    IFS= read -r -t 1 line || line=heard
    case $line in
      silent*) ;;
      heard) BFD=over ;;
      *) become_outage "$line" "$1" ;;
    esac
  elif (($1 > ms + VERDICT_WITHIN)); then
    BFD=over
  fi
}

may_suspect() {
  uptime_ms
  [[ -z $SUSPECTED_AT ]] || ((UPTIME - SUSPECTED_AT >= SUSPECT_EVERY))
}

# become_outage NOTICED PASSED: BFD is down. The outage was noticed when the silence was.
become_outage() {
  local MS
  BFD=over
  # An outage has one worker.
  [[ $1 =~ ^[0-9]{9,11}\.[0-9]{6}$ ]] && take_lock || return
  BFD=down
  ((10#${1/./} >= 10#${ARRIVED/./})) || ARRIVED=$1
  note_outage
  begin_tries
  # Only now: sessions that end together with this one are no path of this router.
  start_evidence
  # The peer is asked for no longer than if that began now.
  to_ms "$CONFIRM_FOR"
  ((ms <= $2 + MS)) || ms=$(($2 + MS))
}

# The silence has ended without an outage.
drop_silence() {
  [[ $SUSPICION == none ]] || withdraw
  stop_resolving
  [[ $WITHDRAWN == yes ]] || return 0
  log info "withdrawn: BFD with $PEER was silent, and this worker reports no outage${ANSWERED:+; it answers at $PEER_ADDRESS ($ANSWERED)}"
  read -r ID </proc/sys/kernel/random/uuid
  WITHDRAWN=no
}
