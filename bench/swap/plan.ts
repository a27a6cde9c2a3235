import { leastDurationMs } from '#failover/call-pacer.ts';

/** What to measure, how often. */
export interface Round {
  readonly routes: number;
  readonly repeat: number;
}

/** Seen on a small machine with nothing else to do, s. */
const SYNTH_S = 6;
const OURS_WARM_UP_S = 2.5;
const START_S = 0.3;
const UNPACED_S = 4;

/** The larger, the longer and the steadier: EC2's bucket sets the pace, and it does not vary. */
export function defaultRepeat(routes: number): number {
  return routes <= 10 ? 5 : routes <= 100 ? 3 : 1;
}

/**
 * Ways that mostly wait for EC2's bucket may wait side by side, each in an account of its own: the machine has nothing
 * to do meanwhile.
 */
export function sideBySide(routes: number): boolean {
  return leastDurationMs(routes) >= 5_000;
}

/** Estimated duration, s. */
export function estimateS(rounds: readonly Round[], callMs: number): number {
  return rounds.reduce((sum, { routes, repeat }) => sum + SYNTH_S + repeat * roundS(routes, callMs), 0);
}

function roundS(routes: number, callMs: number): number {
  const atLeast = leastDurationMs(routes) / 1000;
  const call = (callMs * 1.2) / 1000;
  const slow = [
    OURS_WARM_UP_S + atLeast + 10 * call,
    START_S + Math.max(atLeast, routes * call),
    START_S + Math.max(atLeast, 2 * routes * call),
  ];
  const unpaced = START_S + (atLeast > 0 ? UNPACED_S : 3 * call);
  return unpaced + (sideBySide(routes) ? Math.max(...slow) : slow.reduce((sum, each) => sum + each, 0));
}
