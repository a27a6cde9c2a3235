import { PROFILE_NAMES } from '#bench/latency/profiles.ts';
import { rounded } from '#bench/statistics.ts';
import { createRandom } from '#emulator/random.ts';
import { type Case, failover, type Rule } from './model.ts';

const WAITS_MS = [0, 500, 1_000, 2_000, 3_000, 4_000];
export const RULES: readonly Rule[] = [
  { kind: 'one-phase' },
  ...WAITS_MS.map((ms): Rule => ({ kind: 'wait', ms })),
  { kind: 'both' },
];
/** How many suspected reports are lost is not known. */
const LOST = [0, 0.01];
const DRAWS = 20_000;

/** A rule in a case, s. */
export interface Outcome {
  readonly rule: Rule;
  readonly mean: number;
  readonly median: number;
  readonly p99: number;
}

export interface WaitReport {
  readonly schema: 'vyos-failover.bench-wait/1';
  readonly draws: number;
  readonly cases: readonly { readonly case: Case; readonly outcomes: readonly Outcome[] }[];
}

/** The same in each run. */
export function computeWaits(): WaitReport {
  const cases = LOST.flatMap((lost) =>
    PROFILE_NAMES.flatMap((profile) => (['warm', 'cold'] as const).map((start): Case => ({ profile, start, lost }))),
  );
  return {
    schema: 'vyos-failover.bench-wait/1',
    draws: DRAWS,
    cases: cases.map((each) => ({ case: each, outcomes: outcomesOf(each) })),
  };
}

function outcomesOf(each: Case): Outcome[] {
  const random = createRandom(`${each.profile} ${each.start}`);
  const failovers = Array.from({ length: DRAWS }, () => failover(each, random, RULES));
  return RULES.map((rule, index) => {
    const times = failovers.map((times) => times[index] ?? Number.NaN).toSorted((one, other) => one - other);
    const seconds = (ms: number | undefined) => rounded((ms ?? Number.NaN) / 1000, 3);
    return {
      rule,
      mean: seconds(times.reduce((sum, ms) => sum + ms, 0) / DRAWS),
      median: seconds(times[Math.floor(DRAWS / 2)]),
      p99: seconds(times[Math.floor(DRAWS * 0.99)]),
    };
  });
}
