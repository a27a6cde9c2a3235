# shellcheck shell=bash
# What an answer of the API means for the report.

# Refusals that only a person can change. All others may pass while the peer stays dead (owner-healthy, target-unfit,
# lease-held, hold-down, …), and so may a reason that this router is too old to know.
readonly FINAL_REASONS=' mode-off too-many-swaps no-managed-route '

# judge_answer sets VERDICT to done, noted (ask again, but slowly: a pause ends, or a site begins to act), refused (ask again while the peer stays dead), retry, renew (other credentials
# may help) or stop, and SAYS to the sentence for the log, from STATUS and ANSWER.
judge_answer() {
  local outcome reason FIELD
  json_field outcome "$ANSWER"
  outcome=$FIELD
  json_field reason "$ANSWER"
  reason=$FIELD
  json_field says "$ANSWER"
  # What API Gateway itself says has the field `message`.
  [[ -n $FIELD ]] || json_field message "$ANSWER"
  [[ $STATUS == 000 ]] || SAYS="${outcome:-HTTP $STATUS}${reason:+ ($reason)}: ${FIELD:-${ANSWER:0:200}}"
  case $STATUS in
    200)
      case $outcome in
        '') VERDICT=retry ;;
        noted) VERDICT=noted ;;
        *) VERDICT=done ;;
      esac
      ;;
    409)
      VERDICT=refused
      [[ $FINAL_REASONS != *" ${reason:-none} "* ]] || VERDICT=stop
      # An earlier try of this very report was carried out, and its answer got lost on the way.
      [[ $reason != replayed ]] || VERDICT=done
      ;;
    401 | 403) VERDICT=renew ;;
    000 | 408 | 429 | 5??) VERDICT=retry ;;
    *) VERDICT=stop ;;
  esac
}
