import type { ListedStack } from '#aws/stacks.ts';
import { namesOf } from '#infra/names.ts';
import type { DeployedTopology } from '#topology/deployed-topology.ts';
import { haveCommonIds } from '#topology/edits/matches.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { Cli } from '../../cli.ts';
import { explainingStackFaults } from '../../created/explaining-stack-faults.ts';
import { SITE_TAG, TOPOLOGY_TAG } from '../../deployed/former-stacks.ts';
import { type Deployed, readDeployed } from '../../deployed/read-deployed.ts';
import type { FormerSite } from '../situation.ts';

/**
 * Deployed sites that a topology file does not describe: of this topology, because a site was removed, renamed, or has another Region;
 * and of any topology, if they are about the same VPCs, tables or routers: then the topology was renamed.
 *
 * @param deployed what is deployed of the sites of the file, which names the Regions of former sites
 * @throws CommandError (exit code 1) if CloudFormation does not answer
 */
export async function readFormerSites(
  topology: Topology,
  deployed: readonly Deployed[],
  cli: Cli,
): Promise<readonly FormerSite[]> {
  const listed = await Promise.all(
    regionsOf(topology, deployed).map((region) =>
      explainingStackFaults(region, cli, () => cli.environment.cloud.listStacks(region, cli.io.signal)),
    ),
  );
  const candidates = listed.flat().filter((stack) => isSiteStack(stack) && !isDescribed(stack, topology));
  const found = await Promise.all(
    candidates.map(async (stack) => {
      const { name, site } = namesIn(stack);
      const model = await readDeployed({ topology: { name }, site: { name: site, region: stack.region } }, cli);
      if (model.kind !== 'deployed') return [];
      const successor = successorOf(model.model.topology, topology);
      const isOurs = name === topology.name || successor !== undefined;
      return isOurs ? [{ deployed: model.model.topology, stack: stack.name, successor: successor?.name }] : [];
    }),
  );
  return found.flat();
}

function regionsOf({ sites }: Topology, deployed: readonly Deployed[]): string[] {
  const others = deployed.flatMap((each) => (each.kind === 'deployed' ? each.model.topology.otherSites : []));
  return [...new Set([...sites, ...others].map(({ region }) => region))];
}

function namesIn({ tags }: ListedStack): { readonly name: string; readonly site: string } {
  return { name: tags[TOPOLOGY_TAG] ?? '', site: tags[SITE_TAG] ?? '' };
}

/** And not one of its addresses or of a router. */
function isSiteStack(stack: ListedStack): boolean {
  const { name, site } = namesIn(stack);
  return name !== '' && site !== '' && stack.name === namesOf({ name }, { name: site }).stack;
}

function isDescribed(stack: ListedStack, topology: Topology): boolean {
  return topology.sites.some((site) => site.region === stack.region && namesOf(topology, site).stack === stack.name);
}

/** What the deployment creates has no ids that the file knows: there the AS number of a site that has another name decides. */
function successorOf({ name, site }: DeployedTopology, { name: ours, sites }: Topology): Site | undefined {
  const isSame = name === ours;
  return (
    sites.find((each) => haveCommonIds(site, each)) ??
    (isSame ? sites.find((each) => each.name === site.name) : undefined) ??
    (isSame ? sites.find((each) => each.vpc.create && site.vpc.create && each.asn === site.asn) : undefined)
  );
}
