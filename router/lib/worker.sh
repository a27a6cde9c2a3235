# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# The worker: one report from the event to its end, retried for as long as the peer is down.

# shellcheck source=json.sh
. "$HERE/lib/json.sh"
# shellcheck source=lock.sh
. "$HERE/lib/lock.sh"
# shellcheck source=outage.sh
. "$HERE/lib/outage.sh"
# shellcheck source=confirm.sh
. "$HERE/lib/confirm.sh"
# shellcheck source=evidence.sh
. "$HERE/lib/evidence.sh"
# shellcheck source=credentials.sh
. "$HERE/lib/credentials.sh"
# shellcheck source=sign.sh
. "$HERE/lib/sign.sh"
# shellcheck source=answer.sh
. "$HERE/lib/answer.sh"
# shellcheck source=retry.sh
. "$HERE/lib/retry.sh"
# shellcheck source=suspicion.sh
. "$HERE/lib/suspicion.sh"
# shellcheck source=await.sh
. "$HERE/lib/await.sh"

KEY_ID='' CONFIGURED=''

# Returns the exit status of the command (see report).
report_outage() {
  POSTED=no WAS_SILENT=no LOGGED='' FAILURES=0
  [[ -n $CONFIGURED ]] || IFS= read -r -d '' CONFIGURED <"$CONFIG"
  API_URL=${API_URL%/}
  split_url "$API_URL"
  API_HOST=$URL_HOST API_PORT=$URL_PORT
  recall_addresses "$API_HOST"
  [[ $BFD == silent ]] || begin_report || return
  while :; do
    confirm_outage || return
    deliver
    [[ $VERDICT != done ]] || break
    await_next_try
  done
  hold_lock
}

# Fails with 4 if another worker reports this outage.
begin_report() {
  take_lock || return 4
  note_outage
  begin_tries
  prepare
  suspect
}

# Starts everything that a try needs in parallel: it runs while the peer is probed.
prepare() {
  start_evidence
  prepare_connection
}

prepare_connection() {
  [[ -n $KEY_ID || -n ${CREDENTIALS_FD-} ]] || start_credentials
  start_resolving "$API_HOST"
}

# Another outage than the one that this worker was started for: the peer has answered in between.
begin_outage() {
  ARRIVED=$EPOCHREALTIME
  note_outage
  [[ $POSTED == yes || $WITHDRAWN == yes ]] || return 0
  read -r ID </proc/sys/kernel/random/uuid
  begin_tries
}

# One try: the same id, fresh time and evidence. Sets VERDICT by the answer.
deliver() {
  local NOW
  VERDICT=retry STATUS='' CORRECTED=no
  finish_evidence
  if finish_credentials; then
    api_time
    POSTED=yes
    send_report
    judge_answer
  fi
  # An address that accepted the connection but did not answer may belong to another host by now.
  [[ $STATUS != 000 ]] || put_last "$API_HOST"
  case $STATUS in
    401 | 403) KEY_ID='' ;;
  esac
  [[ $CORRECTED == no ]] || VERDICT=at-once
  case $VERDICT in
    done) log info "$SAYS" ;;
    noted) log_new info "$SAYS Asking every $NOTED_EVERY s for as long as $PEER answers nothing" ;;
    *) FAILURES=$((FAILURES + 1)) && log_new warn "try $FAILURES failed: $SAYS" "$SAYS" ;;
  esac
}

# The first try after a suspected report is the confirmed one.
send_report() {
  local MESSAGE
  case $SUSPICION in
    prepared)
      write_report confirmed
      ! confirm_suspicion "$MESSAGE" || return 0
      ;;
    *)
      close_connection
      write_report
      ;;
  esac
  signed_post "$API_URL/v1/sites/$SITE/events" "$MESSAGE"
}

# log_new LEVEL SENTENCE [WHAT] logs a sentence unless it repeats the last one and WHAT is unchanged.
log_new() {
  [[ $LOGGED != "${3-$2}" ]] || return 0
  LOGGED=${3-$2}
  log "$1" "$2"
}

# write_report [PHASE] sets MESSAGE.
write_report() {
  printf -v MESSAGE '{"id":"%s","detector":"%s","event":"%s",%s"reporter":"%s","subject":"%s","at":"%s","evidence":%s}' \
    "$ID" "$DETECTOR" "$EVENT" "${1:+\"phase\":\"$1\",}" "$SELF" "$SUBJECT" "$NOW" "$EVIDENCE"
}
