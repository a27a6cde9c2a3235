import { fitnessOf } from './fitness.ts';
import type { Observation } from './observation.ts';
import { type ManagedRouter, peerOf } from './site.ts';
import { isSwapUnderWay } from './stored-state.ts';

/** The rule by which the API and the commands refuse the maintenance of the last fit router; an operator overrides it by this name. */
export const LAST_FIT = 'last-fit';

/**
 * Why maintenance of this router would leave its site without a fit router, in sentences; undefined: it would not, or a swap is under
 * way, which maintenance of its target stops.
 */
export function lastFitObstacle(observation: Observation, router: ManagedRouter): string | undefined {
  if (isSwapUnderWay(observation.stored, observation.at)) return undefined;
  const peer = peerOf(observation.site, router);
  const other = fitnessOf(observation, peer);
  if (other.fit || !fitnessOf(observation, router).fit) return undefined;
  return (
    `${router.name} is the only fit router of ${observation.site.name}, because ${peer.name} is not fit: ${other.unfit.join('; ')}. ` +
    `Make ${peer.name} fit first, or override "${LAST_FIT}".`
  );
}
