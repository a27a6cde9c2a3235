import { sigmaOf } from '#bench/latency/distribution.ts';
import { type Operation, PROFILES, type ProfileName } from '#bench/latency/profiles.ts';
import { lognormal } from '#emulator/lognormal.ts';

/** What a router does with a confirmed report while its suspected one is without an answer. */
export type Rule =
  /** There is no suspected report. */
  | { readonly kind: 'one-phase' }
  /** It waits so long, and then sends the report on a new connection. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** It sends the report on a new connection at once, and waits as well: the first to move the routes counts. */
  | { readonly kind: 'both' };

export interface Case {
  readonly profile: ProfileName;
  /** Whether the function has an environment when the suspected report arrives. */
  readonly start: 'warm' | 'cold';
  /** Share of the suspected reports that are lost without a trace, 0 to 1. */
  readonly lost: number;
}

/** For which the peer is asked. */
const CONFIRM_MS = 300;
const ROUTES = 2;
/** Of a real process, as the emulator starts it: no cold start is shorter. */
const LEAST_COLD_START_MS = 300;

/**
 * One failover under every rule, with the same draws: ms from the beginning of the confirmation until the last route has moved. A function
 * that works on the suspected report takes no other one: Lambda gives an environment one request at a time.
 */
export function failover({ profile, start, lost }: Case, random: () => number, rules: readonly Rule[]): number[] {
  const distributions = PROFILES[profile];
  const draw = (operation: Operation) =>
    lognormal(distributions[operation].p50Ms, sigmaOf(distributions[operation]), random);
  const call = (operation: Operation) => draw('connect') + draw(operation);
  const observe = () => Math.max(call('describe'), call('describe'), call('describe'), call('storeQuery'));
  const coldStart = () => Math.max(LEAST_COLD_START_MS, draw('coldStart'));
  const swap = () =>
    Math.max(draw('storeWrite'), draw('storeQuery')) +
    Math.max(...Array.from({ length: ROUTES }, () => draw('replaceRoute')));

  const isLost = random() < lost;
  const suspected =
    draw('apiConnect') + draw('gateway') + (start === 'cold' ? coldStart() : draw('warmStart')) + observe();
  const answeredAt = isLost ? Number.POSITIVE_INFINITY : suspected;
  const prepared = draw('gateway') + draw('warmStart') + swap();
  const other = { way: draw('apiConnect') + draw('gateway'), cold: coldStart(), warm: draw('warmStart') };
  const rest = observe() + swap();
  const anew = (at: number, isWarm: (arrival: number) => boolean) =>
    at + other.way + (isWarm(at + other.way) ? other.warm : other.cold) + rest;
  const besides = (at: number) => anew(at, (arrival) => (isLost ? start === 'warm' : answeredAt <= arrival));
  const onItsConnection = Math.max(CONFIRM_MS, answeredAt) + prepared;

  return rules.map((rule) => {
    switch (rule.kind) {
      case 'one-phase':
        return anew(CONFIRM_MS, () => start === 'warm');
      case 'wait':
        return answeredAt <= CONFIRM_MS + rule.ms ? onItsConnection : besides(CONFIRM_MS + rule.ms);
      case 'both':
        return answeredAt <= CONFIRM_MS ? onItsConnection : Math.min(onItsConnection, besides(CONFIRM_MS));
    }
  });
}
