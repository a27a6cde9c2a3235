# shellcheck shell=bash
# Evaluates an answer of the API to a report. Only the three that state where the routes are end the report.

# Refusals that need an operator. All others may pass while the peer is down (owner-healthy, target-unfit,
# lease-held, hold-down, …), and so may a reason that this version does not know.
readonly LASTING_REASONS=' mode-off too-many-swaps no-managed-route peer-never-answered '

# judge_answer sets VERDICT and SAYS, the sentence for the log, from STATUS and ANSWER. VERDICT becomes done; noted (a
# pause ends, or a site begins to act); retry or refused (may pass at any time); or rejected (until an operator changes
# something, possibly the credentials): lib/retry.sh has the waits.
judge_answer() {
  local outcome reason FIELD
  json_field outcome "$ANSWER"
  outcome=$FIELD
  json_field reason "$ANSWER"
  reason=$FIELD
  json_field says "$ANSWER"
  # Answers of API Gateway itself have the field `message`.
  [[ -n $FIELD ]] || json_field message "$ANSWER"
  [[ $STATUS == 000 ]] || SAYS="${outcome:-HTTP $STATUS}${reason:+ ($reason)}: ${FIELD:-${ANSWER:0:200}}"
  VERDICT=rejected
  case $STATUS in
    200)
      case $outcome in
        swapped | already) VERDICT=done ;;
        noted) VERDICT=noted ;;
        *) VERDICT=retry ;;
      esac
      ;;
    409)
      VERDICT=refused
      [[ $LASTING_REASONS != *" ${reason:-none} "* ]] || VERDICT=rejected
      # An earlier try of this report was carried out, but its answer was lost.
      [[ $reason != replayed ]] || VERDICT=done
      ;;
    000 | 408 | 429 | 5??) VERDICT=retry ;;
  esac
}
