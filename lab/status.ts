import { type BgpSession, bgpSessions } from './ask-frr.ts';
import { type LabPlan, type RouterPlan, routersOf, type SitePlan } from './plan.ts';
import { processesIn } from './processes.ts';
import { runIn } from './run.ts';

/** The state of a lab, for display. */
export interface LabStatus {
  /** Routers that packets of the site's hosts are forwarded to, by site: one, unless the routes are split or gone. */
  readonly owners: Readonly<Record<string, readonly string[]>>;
  /** Programs that run on each router, by its name. */
  readonly routers: Readonly<Record<string, readonly string[]>>;
  /** BGP sessions of each router, by its name. */
  readonly bgp: Readonly<Record<string, readonly BgpSession[]>>;
}

export async function statusOf(plan: LabPlan): Promise<LabStatus> {
  const owners = plan.sites.map(async (site) => [site.site.name, await ownersOf(site)] as const);
  const routers = await Promise.all(routersOf(plan).map(programsOf));
  // After the programs, because the queries run programs in the routers' namespaces.
  const bgp = routersOf(plan).map(async (router) => [router.router.name, await bgpSessions(router)] as const);
  return {
    owners: Object.fromEntries(await Promise.all(owners)),
    routers: Object.fromEntries(routers),
    bgp: Object.fromEntries(await Promise.all(bgp)),
  };
}

async function programsOf({ router, namespace }: RouterPlan) {
  const programs = [...(await processesIn(namespace)).keys()];
  return [router.name, programs.toSorted()] as const;
}

/** As the kernel forwards in the VPC's namespace, not as the emulated route tables have it. */
export async function ownersOf({ vpc, hosts, routers }: SitePlan): Promise<string[]> {
  const tables = await Promise.all(
    hosts.map(({ linuxTable }) => runIn(vpc, 'ip', ['-j', 'route', 'show', 'table', String(linuxTable)])),
  );
  const gateways = tables.flatMap((json) => (JSON.parse(json) as { gateway?: string }[]).map(({ gateway }) => gateway));
  return routers
    .map(({ router }) => router)
    .filter(({ address }) => gateways.includes(address))
    .map(({ name }) => name);
}
