# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR
# The contact: proof that a report would arrive. It uses the path of a real report, from the lookup of the API's name and
# fresh credentials to the function's answer. It has no BGP state, so it is no claim and no veto.

# shellcheck source=read-line.sh
. "$HERE/lib/read-line.sh"

# The contact in progress, and when the next one is due, ms since boot.
CONTACT_FD='' CONTACT_NOT_BEFORE=0

# Run in each round: takes the result of the contact in progress, or starts one that is due. After a failed contact the next
# one is due in the next round.
contact() {
  local MS
  finish_contact 0.01
  uptime_ms
  if [[ -n $CONTACT_FD ]] || ((UPTIME < CONTACT_NOT_BEFORE)); then return; fi
  to_ms "$CONTACT_EVERY"
  CONTACT_NOT_BEFORE=$((UPTIME + MS))
  exec {CONTACT_FD}< <(make_contact)
}

# finish_contact SECONDS waits up to this long for the end of the contact in progress, and logs a changed result.
finish_contact() {
  local LINE level clock says
  [[ -n $CONTACT_FD ]] || return 0
  # Above 128: not yet.
  read_line "$1" "$CONTACT_FD" || (($? <= 128)) || return
  level=${LINE%% *} says=${LINE#* }
  clock=${says%% *} says=${says#* }
  exec {CONTACT_FD}<&-
  CONTACT_FD=''
  [[ $level == info ]] || CONTACT_NOT_BEFORE=0
  [[ -n $level ]] || return
  ((clock == 0)) || CLOCK_AHEAD=$clock SIGNER=sigv4
  say contact "$level" "$says"
}

# Writes one line: the log level, how far this router's clock is ahead, and the sentence.
make_contact() {
  local SAYS='' name
  find_addresses
  name=$SAYS
  if try_contact || { [[ $CORRECTED == yes ]] && try_contact; }; then
    if [[ -z $name ]]; then
      SAYS="info $CLOCK_AHEAD in contact with the API: a report would arrive"
    else
      SAYS="warn $CLOCK_AHEAD in contact with the API at addresses from an earlier lookup: $name"
    fi
  else
    SAYS="warn $CLOCK_AHEAD no contact with the API, so a report would not arrive: $SAYS${name:+; $name}"
  fi
  printf '%s\n' "${SAYS//[[:cntrl:]]/?}"
}

# Resolves the names of all APIs that this router may have to report to; sets SAYS if that of its own site has no address.
find_addresses() {
  local entry
  start_credentials
  start_resolving "$API_HOST"
  [[ -z $RESOLVING ]] || take_resolved "$((RESOLVE_FOR + 1))" || SAYS="the name $API_HOST cannot be looked up"
  [[ $WITNESS_APIS != none ]] || return 0
  for entry in $WITNESS_APIS; do
    split_url "${entry#*=}"
    start_resolving "$URL_HOST"
    take_resolved "$((RESOLVE_FOR + 1))"
  done
  return 0
}

# Succeeds when the API accepted it; or sets SAYS, and CORRECTED to yes when another try may do.
try_contact() {
  local NOW FIELD id
  CORRECTED=no
  recall_addresses "$API_HOST"
  finish_credentials || return
  read -r id </proc/sys/kernel/random/uuid
  api_time
  signed_post "${API_URL%/}/v1/sites/$SITE/events" "$(printf \
    '{"id":"%s","detector":"%s","event":"contact","reporter":"%s","subject":"%s","at":"%s"}' \
    "$id" "${DETECTORS%% *}" "$SELF" "$SELF" "$NOW")"
  case $STATUS in
    200) return 0 ;;
    000) ;;
    *)
      json_field says "$ANSWER"
      [[ -n $FIELD ]] || json_field message "$ANSWER"
      SAYS="HTTP $STATUS: ${FIELD:-${ANSWER:0:200}}"
      ;;
  esac
  return 1
}
