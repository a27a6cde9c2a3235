import type { LatencyRule } from '#emulator/latency.ts';

/** How long an operation takes: lognormal, by two of its percentiles. */
export interface Distribution {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Where the figures are from, or `assumed`. */
  readonly source: string;
}

/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.3263;

/** Sigma of the lognormal distribution; 0: always the same. */
export function sigmaOf({ p50Ms, p99Ms }: Distribution): number {
  return p50Ms === 0 ? 0 : Math.log(p99Ms / p50Ms) / Z99;
}

export function ruleOf(distribution: Distribution): Pick<LatencyRule, 'ms' | 'sigma'> {
  const sigma = sigmaOf(distribution);
  return { ms: distribution.p50Ms, ...(sigma > 0 && { sigma }) };
}
