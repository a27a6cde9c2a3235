import { detourOf, pathOf } from './bgp-counts.ts';
import type { Diagnosis } from './diagnosis.ts';
import { decisiveEvidence } from './fitness.ts';
import { factsOf, type Observation } from './observation.ts';
import type { SiteSeverity } from './stored-state.ts';

/**
 * How serious the condition of a site is that is not healthy. Traffic is lost only where that is known: a router whose sessions cannot be
 * read may be forwarding (rule 1: what cannot be read is unknown, never down).
 */
export function severityOf(diagnosis: Diagnosis, observation: Observation): SiteSeverity {
  switch (diagnosis.kind) {
    case 'OwnerNotRunning':
    case 'OwnerCannotForward':
    case 'OwnerReportedFailed':
    case 'OwnerLeft':
    case 'OwnerWithoutPath':
    case 'OwnerSilent':
      return 'down';
    case 'NoRouteOfThePair':
      // Routes that are active at another target carry traffic, though not over this pair.
      return observation.routes.every(({ state }) => state === 'active') ? 'degraded' : 'down';
    case 'OwnerUnfit':
    case 'BothUnfit':
      return isOwnerCutOff(diagnosis, observation) ? 'down' : 'degraded';
    case 'OwnerDetoured':
    case 'OwnerImpaired':
    case 'OwnerSuspected':
    case 'OwnerDisputed':
    case 'OwnerEventDue':
    case 'StandbyUnfit':
    case 'RoutesSplit':
    case 'NothingAtSubject':
    case 'SwapUnfinished':
    case 'SwapAbandoned':
    case 'MoveRequested':
    case 'Healthy':
      return 'degraded';
  }
}

/** The newest evidence that proves anything shows the owner without a path, and its peer offers no detour. */
function isOwnerCutOff({ subject, target }: Diagnosis, observation: Observation): boolean {
  const bgpOf = (router: typeof subject) =>
    decisiveEvidence(factsOf(observation, router).evidence, observation.at)?.bgp;
  const own = bgpOf(subject);
  if (own === undefined || pathOf(own) !== 'none') return false;
  return detourOf(own, bgpOf(target), observation.site.pairForwards) === 'none';
}
