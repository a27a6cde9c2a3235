import { SiteStatus } from '#contracts/site-status.ts';
import { routerStackName } from '#infra/names.ts';
import type { Router } from '#topology/topology.ts';
import { createdRouters } from '../created/created-sites.ts';
import { explainingEc2Faults, explainingStackFaults } from '../created/explaining-stack-faults.ts';
import { stackEnded } from '../created/stack-ended.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import type { UpgradeContext } from './upgrade-context.ts';
import type { RouterStack } from './upgrade-state.ts';

/** A site before a step of an upgrade. */
export interface UpgradeSite {
  readonly status: SiteStatus;
  /** Of the created routers. */
  readonly routers: readonly RouterStack[];
}

/** Waits for stack operations that are under way, and then reads the stacks and the site. */
export async function readUpgradeSite(context: UpgradeContext): Promise<UpgradeSite> {
  const routers = await Promise.all(createdRouters(context.where.site).map((router) => readStack(router, context)));
  return { status: await readStatus(context), routers };
}

export async function readStatus({ where, cli }: UpgradeContext): Promise<SiteStatus> {
  const by = { environment: cli.environment, signal: cli.io.signal };
  return invokeSite(where, { action: 'status' }, SiteStatus, by);
}

async function readStack(
  router: Router,
  { where: { topology, site }, cli, image, instanceType }: UpgradeContext,
): Promise<RouterStack> {
  const where = { region: site.region, name: routerStackName(topology, site, router.name) };
  const stack = await stackEnded(where, cli);
  const { environment, io } = cli;
  const attached = await explainingEc2Faults(site.region, cli, () =>
    environment.cloud.attachmentOf(site.region, router.eni, io.signal),
  );
  const instance = attached?.instance;
  if (stack === undefined) return { router, where, stack, wanted: UNKNOWN, deployed: UNKNOWN, instance };
  const defaults = await explainingStackFaults(site.region, cli, () =>
    environment.cloud.parameterDefaults(where, io.signal),
  );
  const valueOf = (parameter: string) => defaults[parameter] ?? stack.parameters[parameter] ?? '';
  const deployed = { image: valueOf('ImageId'), instanceType: valueOf('InstanceType') };
  const wanted = { image: image ?? deployed.image, instanceType: instanceType ?? deployed.instanceType };
  return { router, where, stack, instance, wanted, deployed };
}

const UNKNOWN = { image: '', instanceType: '' };
