/** Requests that API Gateway accepts at a stage: a second, and at once. */
export interface ApiThrottle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/**
 * Of the API of the routers' reports. Half of what an account has in a region by default (10,000 a second, burst 5,000), so that one
 * flood does not take all of it. It does not limit routers, which send a few a minute: API Gateway counts a request before it verifies the
 * signature, so unauthorized callers could use up a lower throttle
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html).
 */
export const EVENTS_THROTTLE: ApiThrottle = { rateLimit: 5_000, burstLimit: 2_500 };

/**
 * Of the API of viewers and operators. It is an API of its own, so that a flood of these requests takes nothing from the throttle of the
 * routers' reports. Together with that one it stays below the 10,000 requests a second of an account and Region.
 */
export const OPERATORS_THROTTLE: ApiThrottle = { rateLimit: 1_000, burstLimit: 500 };
