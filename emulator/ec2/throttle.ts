import type { Clock } from '#emulator/service.ts';
import type { Action } from './action.ts';
import { requestLimitExceeded } from './errors.ts';
import type { Parameters } from './parameters.ts';

export interface Bucket {
  readonly size: number;
  /** Tokens per second. */
  readonly refill: number;
}

export interface ThrottleLimits {
  readonly mutating: Bucket;
  readonly nonMutating: Bucket;
  /** Some Describes, when asked for everything at once: no ids, no filter, no paging. */
  readonly unfiltered: Bucket;
  readonly modifyNetworkInterfaceAttribute: Bucket;
}

/** https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html */
export const awsLimits: ThrottleLimits = {
  mutating: { size: 50, refill: 5 },
  nonMutating: { size: 100, refill: 20 },
  unfiltered: { size: 50, refill: 10 },
  modifyNetworkInterfaceAttribute: { size: 100, refill: 5 },
};

const unfilteredActions = new Set(['DescribeInstances', 'DescribeInstanceStatus', 'DescribeNetworkInterfaces']);

/** Token buckets, one per region and action (the emulator has one account). */
export class Throttle {
  readonly #limits: ThrottleLimits | 'off';
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(limits: ThrottleLimits | 'off', clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Takes a token. Throws `RequestLimitExceeded` (503) if there is none. */
  take(region: string, name: string, action: Action, parameters: Parameters): void {
    if (this.#limits === 'off') return;
    const [category, { size, refill }] = bucketFor(this.#limits, name, action, parameters);
    const key = `${region}/${name}/${category}`;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: size, at: now };
    const tokens = Math.min(size, bucket.tokens + ((now - bucket.at) / 1000) * refill);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (tokens < 1) throw requestLimitExceeded();
  }
}

function bucketFor(limits: ThrottleLimits, name: string, action: Action, parameters: Parameters): [string, Bucket] {
  if (name === 'ModifyNetworkInterfaceAttribute') return ['own', limits.modifyNetworkInterfaceAttribute];
  if (action.kind === 'write') return ['mutating', limits.mutating];
  const narrowed =
    (action.idList !== undefined && parameters.texts(action.idList).length > 0) ||
    parameters.filters().length > 0 ||
    parameters.text('MaxResults') !== undefined;
  return unfilteredActions.has(name) && !narrowed
    ? ['unfiltered', limits.unfiltered]
    : ['non-mutating', limits.nonMutating];
}
