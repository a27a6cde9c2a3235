import { isCutOff } from './bgp-counts.ts';
import { certainFailure } from './certain-failure.ts';
import { conditionOf } from './diagnosis.ts';
import { decisiveEvidence } from './fitness.ts';
import { factsOf, type Observation, routesOfThePair } from './observation.ts';
import { peerOf } from './site.ts';

/**
 * Whether the site's traffic is certainly lost at this moment: no managed route points at the pair and one of
 * them is missing or leads nowhere, EC2 reports that the router that
 * holds the routes cannot forward, or that router has neither a path nor a detour. What cannot be read is unknown and no loss.
 */
export function isTrafficLost(observation: Observation): boolean {
  const { site, at } = observation;
  // Routes that are active at another target carry traffic, though not over this pair.
  if (routesOfThePair(observation).length === 0) return observation.routes.some(({ state }) => state !== 'active');
  const { subject: owner } = conditionOf(observation);
  if (certainFailure(observation, owner) !== undefined) return true;
  const [own, other] = [owner, peerOf(site, owner)].map(
    (router) => decisiveEvidence(factsOf(observation, router).evidence, at)?.bgp,
  );
  return own !== undefined && isCutOff(own, other, site.pairForwards);
}
