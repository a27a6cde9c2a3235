import type { ListedStack } from '#aws/stacks.ts';
import type { Topology } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import { explainingStackFaults } from '../created/explaining-stack-faults.ts';
import { failedDeletions } from './failed-deletions.ts';
import { type FormerStack, formerStacks, otherSiteStacks, sharedTables } from './former-stacks.ts';
import { readDeployed } from './read-deployed.ts';

/**
 * Looks for stacks of a topology that its file no longer has, in the Regions of the file and of what is deployed, and for stacks of any
 * topology that move routes of the same tables.
 *
 * @throws CommandError (exit code 1) if CloudFormation does not answer
 */
export async function findFormerStacks(topology: Topology, cli: Cli): Promise<readonly FormerStack[]> {
  const regions = await regionsOf(topology, cli);
  const listed = await Promise.all(
    regions.map((region) =>
      explainingStackFaults(region, cli, () => cli.environment.cloud.listStacks(region, cli.io.signal)),
    ),
  );
  const stacks = listed.flat();
  const former = formerStacks(topology, stacks);
  const others = otherSiteStacks(topology, stacks).filter(
    (stack) => !former.some(({ name, region }) => name === stack.name && region === stack.region),
  );
  const second = await Promise.all(others.map((stack) => secondController(topology, stack, cli)));
  const failed = failedDeletions(topology, stacks, cli.environment.nextCommand);
  return [...failed, ...former, ...second.filter((each) => each !== undefined)];
}

async function secondController(topology: Topology, stack: ListedStack, cli: Cli): Promise<FormerStack | undefined> {
  const { region, name } = stack;
  const template = await explainingStackFaults(region, cli, () =>
    cli.environment.cloud.templateOf({ region, name }, cli.io.signal),
  );
  return sharedTables(topology, stack, template);
}

/** A site whose Region the file no longer has is another site in the deployed model of those that remain. */
async function regionsOf(topology: Topology, cli: Cli): Promise<readonly string[]> {
  const deployed = await Promise.all(topology.sites.map((site) => readDeployed({ topology, site }, cli)));
  const before = deployed.flatMap((each) =>
    each.kind === 'deployed' ? each.model.topology.otherSites.map(({ region }) => region) : [],
  );
  return [...new Set([...topology.sites.map(({ region }) => region), ...before])];
}
