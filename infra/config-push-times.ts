import { DEADLINES, VERIFY } from '#functions/config-push/limits/deployed-limits.ts';
import { anyRevertsWithinMs, FUNCTION_TIMEOUT_MS } from '#functions/config-push/limits/time-budget.ts';

/** A caller of the deployed config-push has an answer within this time, ms: Lambda ends the function, and then answers at once. */
export const PUSH_ANSWERS_WITHIN_MS = FUNCTION_TIMEOUT_MS + 20_000;

/** The longest that a router runs an unconfirmed configuration: with the largest push, begun as late as possible, ms. */
export const PUSH_REVERTS_WITHIN_MS = anyRevertsWithinMs({ deadlines: DEADLINES, verify: VERIFY });
