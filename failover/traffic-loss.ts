import { isCutOff } from './bgp-counts.ts';
import { certainFailure } from './certain-failure.ts';
import { conditionOf } from './diagnosis.ts';
import { decisiveEvidence } from './fitness.ts';
import { factsOf, holdsRoutes, type Observation, routesOfThePair } from './observation.ts';
import { type ManagedRouter, peerOf } from './site.ts';

/**
 * Whether traffic of the site is certainly lost at this moment: a managed route is missing or leads nowhere, EC2 reports that a router
 * that holds routes cannot forward, or such a router has neither a path nor a detour. An unfinished swap leaves routes at both. What
 * cannot be read is unknown and no loss.
 */
export function isTrafficLost(observation: Observation): boolean {
  const { site } = observation;
  if (observation.routes.some(({ state }) => state !== 'active')) return true;
  // Routes that are active at another target carry traffic, though not over this pair.
  if (routesOfThePair(observation).length === 0) return false;
  const { subject: owner } = conditionOf(observation);
  const peer = peerOf(site, owner);
  return cannotForward(observation, owner) || (holdsRoutes(observation, peer) && cannotForward(observation, peer));
}

function cannotForward(observation: Observation, router: ManagedRouter): boolean {
  const { site, at } = observation;
  if (certainFailure(observation, router) !== undefined) return true;
  const [own, other] = [router, peerOf(site, router)].map(
    (each) => decisiveEvidence(factsOf(observation, each).evidence, at)?.bgp,
  );
  return own !== undefined && isCutOff(own, other, site.pairForwards);
}
