import { holdsRoutes, type Observation } from './observation.ts';
import { routerAt } from './site.ts';
import { isSettled, type StoredState } from './stored-state.ts';

/**
 * The stored state with an unfinished swap marked if no route is at its target. Its run ended before its first call, or the routes were
 * moved back while the store could not record it; they do not show which. In both cases nothing is left to finish. It is marked
 * only once every read of EC2 shows the state after its run's last call.
 */
export function withUnfinishedMarked(
  stored: StoredState,
  observed: Pick<Observation, 'routes' | 'site'>,
  at: number,
): StoredState {
  const { unfinished } = stored;
  const to = routerAt(observed.site, unfinished?.to);
  if (unfinished === undefined || to === undefined || !isSettled(stored, at)) return stored;
  return holdsRoutes(observed, to) ? stored : { ...stored, unfinished: { ...unfinished, noneAtTarget: true } };
}
