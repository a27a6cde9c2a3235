import { type Observation, routesOfThePair } from './observation.ts';
import { isSettled, isSwapUnderWay, type LeaseState, type StoredState } from './stored-state.ts';

/**
 * The stored state with a tentative swap counted as begun or as not begun. A run that moves a route has decided the swap before, so
 * the swap has begun if a route has moved. A run that ended before that leaves no swap to finish: only its lease stands, until it
 * ends. Once no read of EC2 can be older than its last call, the swap is `abandoned`.
 */
export function withTentativeSettled(
  stored: StoredState,
  observed: Pick<Observation, 'routes' | 'site'>,
  at: number,
): StoredState {
  const { tentative, ...begun } = stored;
  if (tentative === undefined) return stored;
  const { run, to, steps, before, recordBefore } = tentative;
  const left = routesOfThePair(observed).filter(({ target }) => target !== to).length;
  if (left < steps) return begun;
  const { epoch, leasedUntil } = begun;
  // The next epoch follows the one that was taken.
  return {
    ...begun,
    ...before,
    epoch,
    ...(isSwapUnderWay(begun, at) && { leasedUntil }),
    ...(isSettled(begun, at) && { abandoned: { epoch, run, recordBefore } }),
  };
}

/** The stored state without the tentative swap of this run, which is the run's own write. */
export function withoutTentativeOf(run: string, stored: StoredState): StoredState {
  const { tentative, ...begun } = stored;
  return tentative?.run === run ? { ...begun, ...(tentative.before satisfies LeaseState) } : stored;
}
