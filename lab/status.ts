import { type LabPlan, routersOf, type SitePlan } from './plan.ts';
import { processesIn } from './processes.ts';
import { runIn } from './run.ts';

/** What a person wants to see of a lab. */
export interface LabStatus {
  /** Routers that packets of the site's hosts are forwarded to, by site: one, unless the routes are split or gone. */
  readonly owners: Readonly<Record<string, readonly string[]>>;
  /** Programs that run on each router, by its name. */
  readonly routers: Readonly<Record<string, readonly string[]>>;
}

export async function statusOf(plan: LabPlan): Promise<LabStatus> {
  const owners = plan.sites.map(async (site) => [site.site.name, await ownersOf(site)] as const);
  const routers = routersOf(plan).map(async ({ router, namespace }) => {
    const programs = [...(await processesIn(namespace)).keys()];
    return [router.name, programs.toSorted()] as const;
  });
  return {
    owners: Object.fromEntries(await Promise.all(owners)),
    routers: Object.fromEntries(await Promise.all(routers)),
  };
}

/** As the kernel forwards in the VPC's namespace, whatever the emulated route tables say. */
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
