/**
 * Bounded, because a hanging call during a failover is worse than a failed one: connect within 1 s, answer within 2 s,
 * three attempts with the SDK's own backoff (throttling, timeouts and 5xx). Without `throwOnRequestTimeout` the SDK only
 * logs a warning after `requestTimeout`, and continues to wait (@smithy/node-http-handler).
 */
export const BOUNDED = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
} as const;

/**
 * The site's store has less time: it answers in milliseconds or is in trouble, a swap that waits for it moves no route, and
 * there is a way without it. Silent, it costs 2 s.
 */
export const BOUNDED_STORE = {
  maxAttempts: 2,
  requestHandler: { ...BOUNDED.requestHandler, requestTimeout: 1_000 },
} as const;

/** From a workstation to a Region at the other end of the world, over a bad line. */
export const BOUNDED_DESK = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
} as const;

/** What one attempt takes at most: connecting, and its answer; ms. */
export const ATTEMPT_MS = BOUNDED.requestHandler.connectionTimeout + BOUNDED.requestHandler.requestTimeout;

/** So much longer than its deadline takes a command on a router at most: the last question, and its cancellation; ms. */
export const COMMAND_OVERHEAD_MS = 2 * ATTEMPT_MS;
