/**
 * Bounded, because a hanging call during a failover is worse than a failed one: connect within 1 s, answer within 2 s,
 * three attempts with the SDK's own backoff (throttling, timeouts and 5xx). Without `throwOnRequestTimeout` the SDK only
 * logs a warning after `requestTimeout`, and goes on waiting (@smithy/node-http-handler).
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
