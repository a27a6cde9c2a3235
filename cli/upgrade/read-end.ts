import type { Stack } from '#aws/stacks.ts';
import { routerStackName } from '#infra/names.ts';
import type { Router } from '#topology/topology.ts';
import { createdRouters } from '../created/created-sites.ts';
import { explainingEc2Faults } from '../created/explaining-stack-faults.ts';
import { describe, isUnderWay } from '../created/stack-ended.ts';
import { CommandError } from '../output/command-error.ts';
import type { RouterUpgradeView, UpgradeView } from '../views/upgrade-view.ts';
import { readStatus } from './read-site.ts';
import type { UpgradeContext } from './upgrade-context.ts';
import { type Launch, upgradeState } from './upgrade-state.ts';

/**
 * What there is at the end of an upgrade, however it ended. Ctrl-C does not interrupt these readings; what does not answer is
 * unknown.
 *
 * @param wanted by router
 */
export async function readEnd(
  { cli, ...context }: UpgradeContext,
  wanted: ReadonlyMap<string, Launch>,
): Promise<Pick<UpgradeView, 'owner' | 'routers'>> {
  const { signal: _interrupted, ...io } = cli.io;
  const patient = { ...context, cli: { ...cli, io } };
  const [status, ...routers] = await Promise.all([
    orUnknown(() => readStatus(patient)),
    ...createdRouters(context.where.site).map((router) => readRouter(router, patient, wanted.get(router.name))),
  ]);
  return { owner: status?.owner ?? null, routers };
}

async function readRouter(
  router: Router,
  { where: { topology, site }, cli }: UpgradeContext,
  wanted: Launch | undefined,
): Promise<RouterUpgradeView> {
  const { region } = site;
  const [stack, attached] = await Promise.all([
    orUnknown(() => describe({ region, name: routerStackName(topology, site, router.name) }, cli)),
    orUnknown(() =>
      explainingEc2Faults(region, cli, () => cli.environment.cloud.attachmentOf(region, router.eni, undefined)),
    ),
  ]);
  return {
    name: router.name,
    state: stateOf(stack, wanted, attached?.instance),
    instance: attached?.instance ?? null,
    image: stack?.parameters['ImageId'] ?? null,
    instanceType: stack?.parameters['InstanceType'] ?? null,
    wantedImage: wanted?.image ?? null,
    wantedInstanceType: wanted?.instanceType ?? null,
  };
}

function stateOf(
  stack: Stack | undefined,
  wanted: Launch | undefined,
  instance: string | undefined,
): RouterUpgradeView['state'] {
  if (stack === undefined || wanted === undefined) return 'unknown';
  return isUnderWay(stack) ? 'changing' : upgradeState({ stack, wanted, instance });
}

async function orUnknown<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
