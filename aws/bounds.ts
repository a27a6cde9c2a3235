/**
 * Bounded, because a hanging call during a failover is worse than a failed one: connect within 1 s, answer within 2 s,
 * three attempts with the SDK's own backoff (throttling, timeouts and 5xx). Without `throwOnRequestTimeout` the SDK only
 * logs a warning after `requestTimeout`, and goes on waiting (@smithy/node-http-handler).
 */
export const BOUNDED = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
} as const;
