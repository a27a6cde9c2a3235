/** Requests that API Gateway accepts at a stage: a second, and at once. */
export interface ApiThrottle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** Regions where an account has less by default: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const REGIONS_WITH_LESS: ReadonlySet<string> = new Set([
  'af-south-1',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'mx-central-1',
]);

/** What all APIs of an account together accept by default. */
function accountThrottle(region: string): ApiThrottle {
  return REGIONS_WITH_LESS.has(region)
    ? { rateLimit: 2_500, burstLimit: 1_250 }
    : { rateLimit: 10_000, burstLimit: 5_000 };
}

/**
 * Of the API of the routers' reports: half of what an account has in the Region by default, so that one flood does not take all of it. It
 * does not limit routers, which send a few a minute: API Gateway counts a request before it verifies the signature, so unauthorized callers
 * could use up a lower throttle (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html).
 */
export function eventsThrottle(region: string): ApiThrottle {
  return part(2, region);
}

/**
 * Of the API of viewers and operators. It is an API of its own, so that a flood of these requests takes nothing from the throttle of the
 * routers' reports. Together with that one it stays below the requests of an account.
 */
export function operatorsThrottle(region: string): ApiThrottle {
  return part(10, region);
}

function part(divisor: number, region: string): ApiThrottle {
  const { rateLimit, burstLimit } = accountThrottle(region);
  return { rateLimit: rateLimit / divisor, burstLimit: burstLimit / divisor };
}
