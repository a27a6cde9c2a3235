# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# The signed heartbeat, with this router's own BGP sessions and the state of its detectors.

# shellcheck source=evidence.sh
. "$HERE/lib/evidence.sh"
# shellcheck source=credentials.sh
. "$HERE/lib/credentials.sh"
# shellcheck source=sign.sh
. "$HERE/lib/sign.sh"

# Ms. EC2 has new credentials 5 minutes before the old ones end.
readonly CREDENTIALS_FOR=240000
KEY_ID='' CREDENTIALS_FROM=0

heartbeat() {
  local NOW SEEN MS id
  uptime_ms
  if [[ -z $KEY_ID ]] || ((UPTIME - CREDENTIALS_FROM > CREDENTIALS_FOR)); then
    CREDENTIALS_FROM=$UPTIME
    start_credentials
  fi
  start_evidence
  gather_evidence
  ((${#FAULTS[@]} == 0)) || say evidence warn "${FAULTS[*]}"
  recall_addresses "$API_HOST"
  finish_credentials || { say heartbeat warn "no heartbeat: $SAYS" && return; }
  to_ms "$RECONCILE_EVERY"
  read -r id </proc/sys/kernel/random/uuid
  api_time
  signed_post "${API_URL%/}/v1/sites/$SITE/events" "$(printf \
    '{"id":"%s","detector":"%s","event":"alive","reporter":"%s","subject":"%s","at":"%s","evidence":{%s,%s}}' \
    "$id" "${DETECTORS%% *}" "$SELF" "$SELF" "$NOW" "$SEEN" \
    "\"everyMs\":$MS")"
  case $STATUS in
    200) say heartbeat info 'heartbeats are accepted' && return ;;
    000) ;;
    *) json_field says "$ANSWER" && SAYS="HTTP $STATUS: ${FIELD:-${ANSWER:0:200}}" ;;
  esac
  KEY_ID=''
  say heartbeat warn "heartbeat failed: $SAYS"
}
