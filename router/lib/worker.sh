# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# The worker: one report from the event to its end, however long the API takes to listen.

# shellcheck source=json.sh
. "$HERE/lib/json.sh"
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

# Returns the exit status of the command (see report).
report_outage() {
  take_lock || return 4
  begin_tries
  API_URL=${API_URL%/}
  split_api_url
  start_credentials
  start_evidence
  confirm_outage || return
  deliver || return
  hold_lock
}

# From now on GIVE_UP_AFTER counts, and the first of RETRY_DELAYS is next.
begin_tries() {
  uptime_ms
  GIVE_UP_AT=$((UPTIME + GIVE_UP_AFTER * 1000)) TRIES=0
}

# One worker at a time: the first one retries for all of them. Without the lock (no directory, no flock) a report still
# goes out; two of them do no harm, the API has a lease of its own.
take_lock() {
  mkdir -p -- "$STATE_DIR" 2>/dev/null
  if ! { exec 9>>"$STATE_DIR/lock"; } 2>/dev/null; then
    log error "no lock: $STATE_DIR cannot be written; going on without"
    return 0
  fi
  flock -n 9
  case $? in
    0) return 0 ;;
    1) log info "skipped: another worker has this outage of $PEER" && return 1 ;;
    *) log error 'no lock: flock does not work; going on without' ;;
  esac
}

# Succeeds when the peer is confirmed dead and the API within reach; waits for that while only this router is cut off.
confirm_outage() {
  if [[ $EVENT == peer-left ]]; then
    CONFIRM='{"verdict":"not asked: leaving is intent"}'
    return 0
  fi
  while :; do
    confirm
    case $VERDICT in
      dead) return 0 ;;
      alive)
        log info "not reported: $PEER answers at $PEER_ADDRESS ($ANSWERED), so it lives"
        return 4
        ;;
      isolated) log warn "waiting: $PEER is silent, but the API is out of reach too: this router may be the isolated one" ;;
    esac
    next_try || return
  done
}

# Sends the report until an answer settles it: same id, fresh time and evidence each time.
deliver() {
  local failures=0 renewed=no noted='' NOW
  while :; do
    finish_evidence
    VERDICT=retry CORRECTED=no
    if finish_credentials; then
      api_time
      signed_post "$API_URL/v1/sites/$SITE/events" "$(body)"
      judge_answer
    fi
    if [[ $CORRECTED == yes ]]; then
      start_evidence
      continue
    fi
    if [[ $VERDICT == renew && $renewed == no ]]; then
      renewed=yes
      log warn "asking with new credentials: $SAYS"
      start_credentials
      start_evidence
      continue
    fi
    case $VERDICT in
      done) log info "$SAYS" && return 0 ;;
      noted)
        [[ $SAYS == "$noted" ]] || log info "$SAYS Asking every $NOTED_EVERY s for as long as $PEER answers nothing"
        noted=$SAYS renewed=no
        wait_about "$NOTED_EVERY"
        # A peer that only said goodbye, too: by the end of a pause it may long be back.
        ! peer_is_back || return 4
        begin_tries
        continue
        ;;
      stop | renew)
        log error "stopped: $SAYS"
        [[ $STATUS != 409 ]] || return 4
        return 1
        ;;
    esac
    failures=$((failures + 1))
    log warn "try $failures failed: $SAYS"
    next_try || return
    if [[ $EVENT == peer-failed && ($VERDICT == refused || $failures -ge 3) ]] && peer_is_back; then return 4; fi
    [[ -n $KEY_ID ]] || start_credentials
  done
}

# Succeeds when the peer answers twice in a row: then this outage is over.
peer_is_back() {
  peer_answers && peer_answers || return
  log info "abandoned: $PEER answers again at $PEER_ADDRESS ($ANSWERED)"
}

body() {
  printf '{"id":"%s","detector":"%s","event":"%s","reporter":"%s","subject":"%s","at":"%s","evidence":%s}' \
    "$ID" "$DETECTOR" "$EVENT" "$SELF" "$SUBJECT" "$NOW" "$EVIDENCE"
}

# Waits for another try; fails when it is time to give up.
next_try() {
  local -a delays
  local delay=$RETRY_EVERY
  read -ra delays <<<"$RETRY_DELAYS"
  ((TRIES >= ${#delays[@]})) || delay=${delays[TRIES]}
  TRIES=$((TRIES + 1))
  uptime_ms
  if ((UPTIME >= GIVE_UP_AT)); then
    log error "gave up after $GIVE_UP_AFTER s; the health probe has to find this outage of $PEER now"
    return 1
  fi
  wait_about "$delay"
}

# wait_about SECONDS sleeps for so long, or up to half as much again, and gathers the evidence anew.
wait_about() {
  local MS
  to_ms "$1"
  MS=$((MS + MS * RANDOM / 65536))
  ((MS == 0)) || sleep "$((MS / 1000)).$(printf '%03d' $((MS % 1000)))" 9>&-
  start_evidence
}

# Keeps the lock, in the background, so that the next detector to notice this outage does not report it again; until
# the peer answers, because a failure after that is another one.
hold_lock() {
  ((SETTLED_FOR)) || return 0
  {
    uptime_ms
    local until=$((UPTIME + SETTLED_FOR * 1000))
    while uptime_ms && ((UPTIME < until)) && ! peer_answers; do sleep 0.5; done
  } </dev/null >/dev/null 2>&1 &
}
