import { DEADLINES, VERIFY } from '#functions/config-push/limits/deployed-limits.ts';
import { anyRevertsWithinMs, FUNCTION_TIMEOUT_MS } from '#functions/config-push/limits/time-budget.ts';

/** What whoever asks config-push may expect of it as deployed, ms. Lambda ends it by itself; its answer then comes at once. */
export const PUSH_ANSWERS_WITHIN_MS = FUNCTION_TIMEOUT_MS + 20_000;

/** The longest that a router runs what nobody confirms, with the largest push that is begun as late as can be, ms. */
export const PUSH_REVERTS_WITHIN_MS = anyRevertsWithinMs({ deadlines: DEADLINES, verify: VERIFY });
