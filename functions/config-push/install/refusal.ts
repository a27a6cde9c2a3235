import type { InstallRequest } from '#contracts/push-request.ts';
import { fitnessOf } from '#failover/fitness.ts';
import { peerOf } from '#failover/site.ts';
import { withReading } from '#functions/read-round.ts';
import { hasTunnelSession } from '../plan/expected-neighbors.ts';
import { countsOf } from '../router/neighbors.ts';
import type { InstallPlan, RouterInstall } from './plan-install.ts';

interface InstallRefusal {
  readonly reason: string;
  /** One clause. */
  readonly says: string;
  readonly router?: string;
}

/** The routers of a request that have other programs than are deployed, the standby before the owner. */
export function routersToInstall({ routers }: InstallPlan, { only }: Pick<InstallRequest, 'only'>): RouterInstall[] {
  return routers.filter(({ router, programs }) => programs.differs && (only === undefined || only === router.name));
}

/** Why an installation would be refused now; undefined: it would begin, or has nothing to do. Pure. */
export function installRefusal(plan: InstallPlan, request: Pick<InstallRequest, 'only'>): InstallRefusal | undefined {
  const asked = plan.routers.filter(({ router }) => request.only === undefined || request.only === router.name);
  if (asked.length === 0) return noRouter(plan, request);
  const unread = asked.find(({ programs }) => programs.deployed === undefined);
  if (unread !== undefined) return unreadRouter(unread);
  const [next] = routersToInstall(plan, request);
  if (next === undefined) return undefined;
  return plan.obstacle ?? instanceRefusal(next, plan) ?? peerRefusal(next, plan);
}

function noRouter({ observation }: InstallPlan, { only }: Pick<InstallRequest, 'only'>): InstallRefusal {
  const { site } = observation;
  if (only === undefined)
    return { reason: 'no-programs', says: `no router of ${site.name} can run the programs of a bundle` };
  return { reason: 'unknown-router', says: `${site.name} has no router ${only} that can run the programs of a bundle` };
}

function unreadRouter({ router, programs }: RouterInstall): InstallRefusal {
  const { installed, why = 'it did not answer' } = programs;
  const { name } = router;
  if (installed === undefined)
    return { reason: 'silent', says: `the programs of ${name} could not be read: ${why}`, router: name };
  return { reason: 'no-boot-parameter', says: `${name} cannot read what is deployed for it: ${why}`, router: name };
}

/** A router is its interface, and commands reach the instance of the topology. */
function instanceRefusal(
  { router, instance }: RouterInstall,
  { observation }: InstallPlan,
): InstallRefusal | undefined {
  const now = observation.routers[router.name]?.attachedTo;
  if (now === undefined || instance === undefined || now === instance) return undefined;
  const says = `${router.name} has instance ${now} on its interface now, and ${instance} was read: correct the topology, and deploy`;
  return { reason: 'instance-replaced', says, router: router.name };
}

/** A router with sessions gets other programs only while its peer is proven fit. */
function peerRefusal({ router, baseline }: RouterInstall, plan: InstallPlan): InstallRefusal | undefined {
  const { name } = router;
  if (baseline === null) return { reason: 'silent', says: `${name} did not report its BGP sessions`, router: name };
  if (!hasTunnelSession(baseline, router.bgp)) return undefined;
  const { observation } = plan;
  const peer = peerOf(observation.site, router);
  const fitness = fitnessOf(withReading(observation, peer, readingOf(peer.name, plan), observation.at), peer);
  if (fitness.fit) return undefined;
  const says = `${name} keeps its programs: ${peer.name} is not proven fit: ${fitness.unfit.join('; ')}`;
  return { reason: 'peer-unfit', says, router: name };
}

function readingOf(name: string, { routers }: InstallPlan) {
  const found = routers.find(({ router }) => router.name === name);
  if (found?.instance === undefined || found.baseline === null) return null;
  return { instance: found.instance, bgp: countsOf(found.baseline, found.router.bgp) };
}
