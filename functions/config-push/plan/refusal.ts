import type { Neighbors } from '#contracts/push-neighbors.ts';
import type { Refusal } from '#contracts/push-plan.ts';
import { fitnessOf } from '#failover/fitness.ts';
import type { Observation } from '#failover/observation.ts';
import { peerOf } from '#failover/site.ts';
import { withReading } from '#functions/read-round.ts';
import { countsOf } from '../router/neighbors.ts';
import { hasTunnelSession } from './expected-neighbors.ts';
import { needsPush } from './needs-push.ts';
import type { SitePlan } from './plan-site.ts';
import type { RouterPlan } from './router-plan.ts';
import { withPossibleNeighbors } from './topology-neighbors.ts';

/** The first router that needs a push: the standby before the owner. */
export function firstToPush({ routers }: Pick<SitePlan, 'routers'>): RouterPlan | undefined {
  return routers.find(needsPush);
}

/** Why a push of this plan would be refused now; undefined: it would begin, or has nothing to do. Pure. */
export function refusalOf(plan: SitePlan): Refusal | undefined {
  return siteRefusal(plan) ?? routerRefusal(plan, firstToPush(plan));
}

/** A reason that applies to every router of the site. */
export function siteRefusal({ obstacle, routers, observation }: SitePlan): Refusal | undefined {
  if (obstacle !== undefined) return obstacle;
  const replaced = routers.map((router) => replacedRefusal(router, observation)).find((why) => why !== undefined);
  if (replaced !== undefined) return replaced;
  const unable = routers.find(({ problem }) => problem !== undefined);
  return unable?.problem && { ...unable.problem, router: unable.name };
}

/**
 * A router is its interface, and a push reaches the deployed instance, or that of a created router when the push began: another
 * instance on the interface would keep its configuration.
 */
function replacedRefusal({ router, name, instance }: RouterPlan, { routers }: Observation): Refusal | undefined {
  const now = routers[name]?.attachedTo;
  if (now === undefined || instance === undefined || now === instance) return undefined;
  const fault =
    router.instance === undefined
      ? `the configuration of ${instance} was read; plan again`
      : `the deployed stack says ${instance}; correct the topology, and deploy`;
  const says = `${name} has instance ${now} on its interface now, and ${fault}`;
  return { reason: 'instance-replaced', says, router: name };
}

/** A reason that applies to the router that the push would begin with. */
export function routerRefusal(plan: SitePlan, next: RouterPlan | undefined): Refusal | undefined {
  if (next === undefined || !needsPush(next)) return undefined;
  if (next.baseline !== null) return peerRefusal(next, next.baseline, plan);
  return { reason: 'silent', says: `${next.name} did not report its BGP sessions`, router: next.name };
}

/** A router with sessions is changed only while its peer is proven fit to carry the traffic. */
export function peerRefusal({ router, name }: RouterPlan, baseline: Neighbors, plan: SitePlan): Refusal | undefined {
  const { observation, topology, routers } = plan;
  if (!hasTunnelSession(baseline, withPossibleNeighbors(router, topology).bgp)) return undefined;
  const peer = peerOf(observation.site, router);
  const reading = readingOf(
    routers.find((each) => each.router === peer),
    plan,
  );
  const fitness = fitnessOf(withReading(observation, peer, reading, observation.at), peer);
  if (fitness.fit) return undefined;
  const says = `${name} keeps its configuration: ${peer.name} is not proven fit: ${fitness.unfit.join('; ')}`;
  return { reason: 'peer-unfit', says, router: name };
}

function readingOf(peer: RouterPlan | undefined, { topology }: SitePlan) {
  if (peer?.instance === undefined || peer.baseline === null) return null;
  const { router, instance, baseline } = peer;
  return { instance, bgp: countsOf(baseline, withPossibleNeighbors(router, topology).bgp) };
}
