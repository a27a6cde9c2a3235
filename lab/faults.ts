import { instanceOf } from '#demo/account-of-topology.ts';
import { control } from './control.ts';
import { frrDaemons } from './daemons.ts';
import { LabError } from './lab-error.ts';
import { type LabPlan, type RouterPlan, routersOf, type SitePlan } from './plan.ts';
import { killIn } from './processes.ts';
import { ipBatch, runIn } from './run.ts';
import { startRouters } from './start-routers.ts';
import type { CloudState } from './state.ts';
import { CUT_API, CUT_BETWEEN, CUT_UPLINK, vpcRules } from './vpc-rules.ts';

/** The faults of a router, and (`partition`) of the link between the two routers of a site. */
export const FAULTS = {
  router: 'power failure: its ports go down and all its processes end',
  uplink: 'no connection to other sites; the router runs on, and reaches its partner and the API',
  frr: 'FRR is killed: no BGP, no BFD; Serf keeps running',
  serf: 'Serf is killed; the router keeps forwarding',
  api: 'no connection to the API',
  partition: 'the routers of a site cannot reach each other; both keep running',
} as const;

export type Fault = keyof typeof FAULTS;

/** Faults that drop packets: they can be healed one by one. */
const CUTS = { uplink: CUT_UPLINK, api: CUT_API, partition: CUT_BETWEEN } as const;

export type Cut = keyof typeof CUTS;

export function isCut(fault: Fault): fault is Cut {
  return Object.hasOwn(CUTS, fault);
}

/**
 * @param where a router; a site for `partition`
 * @throws LabError for a name that is not in the topology
 */
export async function breakIt(plan: LabPlan, { endpoint }: CloudState, where: string, fault: Fault): Promise<void> {
  if (isCut(fault)) return cut(plan, where, fault, 'add');
  const { site, router } = routerNamed(plan, where);
  switch (fault) {
    case 'router':
      await ipBatch(site.vpc, [`link set ${router.port} down`]);
      await killIn(router.namespace);
      // EC2 still reports a running instance, until its status check fails.
      return control(endpoint, `instances/${instanceOf(router.router)}/hang`);
    case 'frr':
      return killIn(router.namespace, frrDaemons());
    case 'serf':
      return killIn(router.namespace, ['serf']);
  }
}

/**
 * Mends one cut, and leaves everything else as broken as it is.
 *
 * @throws LabError for a name that is not in the topology; RunError where there is no such cut
 */
export function mend(plan: LabPlan, where: string, fault: Cut): Promise<void> {
  return cut(plan, where, fault, 'delete');
}

/** Heals all faults of all routers. Routes stay where they are. */
export async function heal(plan: LabPlan, cloud: CloudState): Promise<void> {
  for (const { vpc, routers } of plan.sites) {
    await ipBatch(
      vpc,
      routers.map(({ port }) => `link set ${port} up`),
    );
  }
  for (const site of plan.sites) await runIn(site.vpc, 'nft', ['-f', '-'], { input: vpcRules(site) });
  await startRouters(plan, cloud);
  for (const { router } of routersOf(plan)) await control(cloud.endpoint, `instances/${instanceOf(router)}/recover`);
}

async function cut(plan: LabPlan, where: string, fault: Cut, act: 'add' | 'delete'): Promise<void> {
  if (fault !== 'partition') {
    const { site, router } = routerNamed(plan, where);
    return element(site, act, 'ip', fault, router.router.address);
  }
  const site = siteNamed(plan, where);
  const [one = '', other = ''] = site.routers.map(({ router }) => router.address);
  const pairs = `${one} . ${other}, ${other} . ${one}`;
  // The VPC forwards between subnets, and switches within one.
  await element(site, act, 'ip', fault, pairs);
  await element(site, act, 'bridge', fault, pairs);
}

async function element(
  { vpc }: SitePlan,
  act: 'add' | 'delete',
  family: 'ip' | 'bridge',
  fault: Cut,
  elements: string,
): Promise<void> {
  await runIn(vpc, 'nft', [`${act} element ${family} lab ${CUTS[fault]} { ${elements} }`]);
}

function routerNamed(plan: LabPlan, name: string): { site: SitePlan; router: RouterPlan } {
  for (const site of plan.sites) {
    const router = site.routers.find((each) => each.router.name === name);
    if (router !== undefined) return { site, router };
  }
  const names = routersOf(plan).map(({ router }) => router.name);
  throw new LabError(`there is no router "${name}"; the routers are ${names.join(', ')}`);
}

function siteNamed(plan: LabPlan, name: string): SitePlan {
  const found = plan.sites.find(({ site }) => site.name === name);
  if (found !== undefined) return found;
  throw new LabError(`there is no site "${name}"; the sites are ${plan.sites.map(({ site }) => site.name).join(', ')}`);
}
