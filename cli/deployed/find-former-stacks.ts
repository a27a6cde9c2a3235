import type { Topology } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import { explainingStackFaults } from '../created/explaining-stack-faults.ts';
import { type FormerStack, formerStacks } from './former-stacks.ts';
import { readDeployed } from './read-deployed.ts';

/**
 * Looks for stacks of a topology that its file no longer has, in the Regions of the file and of what is deployed.
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
  return formerStacks(topology, listed.flat());
}

/** A site whose Region the file no longer has is another site in the deployed model of those that remain. */
async function regionsOf(topology: Topology, cli: Cli): Promise<readonly string[]> {
  const deployed = await Promise.all(topology.sites.map((site) => readDeployed({ topology, site }, cli)));
  const before = deployed.flatMap((each) =>
    each.kind === 'deployed' ? each.model.topology.otherSites.map(({ region }) => region) : [],
  );
  return [...new Set([...topology.sites.map(({ region }) => region), ...before])];
}
