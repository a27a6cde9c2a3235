# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# The suspected report. It is sent while the peer is still asked, so that the API observes the site and prepares the swap in
# that time; the confirmed report follows on the same connection. If the peer answers, the suspected report is withdrawn.
# Only the first try of a new outage has phases. Without Python, or with REPORT_PHASES='1', no report has any.

# shellcheck source=read-line.sh
. "$HERE/lib/read-line.sh"
# shellcheck source=write-line.sh
. "$HERE/lib/write-line.sh"

# The process of the phases' connection (router/api-connection); empty: there is none.
CONNECTION=''
# The suspected report: none, due, sent, or prepared (the API has answered it, and the connection is free for the next one).
SUSPICION=none
CONNECTED=no WITHDRAWN=no

# Seconds that the confirmed report waits for the answer to the suspected one, after the peer was asked for CONFIRM_FOR. The peer is
# asked until then. The answer takes that long if the function has to start, or EC2 is slow. A report on a new connection would find
# that function busy, and start another one, which takes as long again (`npm run bench -- wait`).
readonly PREPARED_WITHIN=4.0
# Ms. A report that was without an answer for longer is not sent again before the peer has been asked again.
readonly RESEND_WITHIN=200
# Ms. An outage that was noticed earlier than this is not new: phases would save no time.
readonly NEW_OUTAGE=5000

# Starts the connection's program, which takes about 0.1 s of CPU time; it connects later.
start_connection() {
  [[ $REPORT_PHASES == 2 && -z $CONNECTION ]] || return 0
  # Writing to a program that has ended must not end this one.
  trap : PIPE
  coproc API_CONNECTION { exec 9>&- && exec "$HERE/api-connection" "${API_URL%/}/v1/sites/$SITE/events" "$REGION" 2>/dev/null; }
  CONNECTION=${API_CONNECTION_PID-} TO_API=${API_CONNECTION[1]-} FROM_API=${API_CONNECTION[0]-}
  if [[ -z $CONNECTION || -z $TO_API || -z $FROM_API ]]; then
    CONNECTION=''
    return
  fi
  # Copies, because bash removes its own when the program ends.
  exec {TO_API}>&"$TO_API" {FROM_API}<&"$FROM_API"
  exec {API_CONNECTION[1]}>&- {API_CONNECTION[0]}<&-
} 2>/dev/null

# Connects to the API if the outage is new; the suspected report is due then.
suspect() {
  [[ $EVENT == peer-failed ]] && ((10#${EPOCHREALTIME/./} - 10#${ARRIVED/./} < NEW_OUTAGE * 1000)) || return 0
  start_connection
  [[ -n $CONNECTION ]] || return 0
  ! to_connection "connect ${ADDRESSES[$API_HOST]-}" || SUSPICION=due
}

# Called again and again while the peer is asked: sends the suspected report as soon as there are credentials, and reads its answer.
attend_suspicion() {
  case $SUSPICION in
    due) ! have_credentials || send_suspicion ;;
    sent) ! read -r -t 0 -u "$FROM_API" || take_line 1 ;;
  esac
}

# Succeeds if there are credentials, or the lookup has ended without.
have_credentials() {
  [[ -n $KEY_ID ]] || read -r -t 0 -u "$CREDENTIALS_FD"
}

send_suspicion() {
  local NOW SAYS
  api_time
  if finish_credentials && to_connection "credentials $KEY_ID $SECRET_KEY $SESSION_TOKEN" && post_phase suspected; then
    SUSPICION=sent
  else
    close_connection
  fi
}

# post_phase suspected|withdrawn. Uses NOW.
post_phase() {
  local now=$NOW NOW JSON
  api_time "$ARRIVED"
  printf -v JSON '{"id":"%s","detector":"%s","event":"peer-suspected","phase":"%s","reporter":"%s","subject":"%s","at":"%s",' \
    "$ID" "$DETECTOR" "$1" "$SELF" "$SUBJECT" "$now"
  to_connection "post $CLOCK_AHEAD $JSON\"evidence\":{\"detectedAt\":\"$NOW\"}}"
}

# take_line SECONDS reads what the connection's program prints next: that the connection is open, or the answer to the suspected
# report.
take_line() {
  local LINE
  if ! read_line "$1" "$FROM_API"; then
    close_connection
  elif [[ $CONNECTED == yes ]]; then
    take_answer
  elif [[ $LINE == open ]]; then
    CONNECTED=yes
  else
    close_connection
  fi
}

# The connection is kept for the confirmed report, also with an older function, which rejects suspected ones with 400. After any other
# answer the confirmed report starts anew: with other credentials, or the corrected clock.
take_answer() {
  local STATUS ANSWER DATE FIELD
  split_answer
  json_field says "$ANSWER"
  log info "suspected: ${FIELD:-HTTP $STATUS: ${ANSWER:0:200}}"
  case $STATUS in
    200 | 400)
      SUSPICION=prepared
      return
      ;;
    401 | 403 | 409) correct_clock "date: $DATE" || [[ $STATUS == 409 ]] || start_credentials ;;
  esac
  close_connection
}

# awaits_answer MS succeeds if the confirmed report still waits for the answer to the suspected one, so many ms after it was due. It is
# written later, because that answer can require other credentials, or another time. Without a connection there is nothing to wait for.
awaits_answer() {
  local MS
  [[ $SUSPICION == sent ]] || return
  [[ $CONNECTED == yes ]] || take_line 0.01
  to_ms "$PREPARED_WITHIN"
  [[ $SUSPICION == sent ]] && (($1 < MS))
}

# confirm_suspicion BODY sends the confirmed report on the connection of the suspected one, and sets STATUS, ANSWER, SAYS and
# CORRECTED as signed_post does. Fails if the connection has ended; the report is then sent on a new one. That needs another confirmation if
# the connection has ended late: STATUS is 000 then, as after any try without an answer.
confirm_suspicion() {
  local status=1 sent LINE='' DATE
  uptime_ms
  sent=$UPTIME STATUS=000
  if to_connection "post $CLOCK_AHEAD $1" && read_line 9 "$FROM_API"; then split_answer; fi
  uptime_ms
  if [[ $STATUS != 000 ]]; then
    status=0 SAYS=''
    [[ $STATUS != 403 && $STATUS != 409 ]] || ! correct_clock "date: $DATE" || CORRECTED=yes
  elif ((UPTIME - sent > RESEND_WITHIN)); then
    status=0 SAYS="no answer from $API_URL within $((UPTIME - sent)) ms${ANSWER:+: $ANSWER}"
    ANSWER=''
  fi
  close_connection
  return "$status"
}

# The peer has answered: what was prepared is not needed. Does not wait for the answer.
withdraw() {
  local NOW
  case $SUSPICION in
    sent | prepared)
      api_time
      post_phase withdrawn
      WITHDRAWN=yes
      ;;
  esac
  close_connection
}

# Ends the connection's program as soon as it has sent what it was given.
close_connection() {
  SUSPICION=none CONNECTED=no
  [[ -n $CONNECTION ]] || return 0
  exec {TO_API}>&- {FROM_API}<&-
  CONNECTION=''
}

# Fails if the connection's program has ended.
to_connection() {
  write_line "$1" "$TO_API"
}

# Sets STATUS, DATE and ANSWER by LINE.
split_answer() {
  STATUS=${LINE%%$'\t'*} LINE=${LINE#*$'\t'}
  DATE=${LINE%%$'\t'*} ANSWER=${LINE#*$'\t'}
}
