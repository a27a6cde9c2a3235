import type { Diagnosis } from './diagnosis.ts';
import type { Observation } from './observation.ts';
import type { SiteSeverity } from './stored-state.ts';
import { isTrafficLost } from './traffic-loss.ts';

/**
 * How serious the condition of a site is that is not healthy. Traffic is lost only where that is known: a router whose sessions cannot be
 * read may be forwarding (rule 1: what cannot be read is unknown, never down).
 */
export function severityOf({ kind }: Diagnosis, observation: Observation): SiteSeverity {
  switch (kind) {
    case 'OwnerNotRunning':
    case 'OwnerCannotForward':
    case 'OwnerReportedFailed':
    case 'OwnerLeft':
    case 'OwnerWithoutPath':
    case 'OwnerSilent':
      return 'down';
    case 'NoRouteOfThePair':
    case 'OwnerUnfit':
    case 'BothUnfit':
    case 'OwnerDetoured':
    case 'OwnerImpaired':
    case 'OwnerSuspected':
    case 'OwnerDisputed':
    case 'OwnerEventDue':
    case 'StandbyUnfit':
    case 'RoutesSplit':
    case 'RoutesAtFormerInterface':
    case 'NothingAtSubject':
    case 'SwapUnfinished':
    case 'SwapAbandoned':
    case 'MoveRequested':
    case 'Healthy':
      return isTrafficLost(observation) ? 'down' : 'degraded';
  }
}
