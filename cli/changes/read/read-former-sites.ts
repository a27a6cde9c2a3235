import type { ListedStack } from '#aws/stacks.ts';
import { namesOf } from '#infra/names.ts';
import type { DeployedTopology } from '#topology/deployed-topology.ts';
import { haveCommonIds } from '#topology/edits/matches.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { Cli } from '../../cli.ts';
import { explainingStackFaults } from '../../created/explaining-stack-faults.ts';
import { SITE_TAG, sharedTables, TOPOLOGY_TAG } from '../../deployed/former-stacks.ts';
import { type Deployed, readDeployed } from '../../deployed/read-deployed.ts';
import type { FormerSite } from '../situation.ts';

export interface FormerSites {
  readonly former: readonly FormerSite[];
  /** Stacks that may move routes of the topology and do not state what they were made from, as sentences. */
  readonly unknown: readonly string[];
}

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
): Promise<FormerSites> {
  const listed = await Promise.all(
    regionsOf(topology, deployed).map((region) =>
      explainingStackFaults(region, cli, () => cli.environment.cloud.listStacks(region, cli.io.signal)),
    ),
  );
  const candidates = listed.flat().filter((stack) => isSiteStack(stack) && !isDescribed(stack, topology));
  const found = await Promise.all(candidates.map((stack) => readFormer(stack, topology, cli)));
  return { former: found.flatMap(({ former }) => former), unknown: found.flatMap(({ unknown }) => unknown) };
}

async function readFormer(stack: ListedStack, topology: Topology, cli: Cli): Promise<FormerSites> {
  const { name, site } = namesIn(stack);
  const found = await readDeployed({ topology: { name }, site: { name: site, region: stack.region } }, cli);
  if (found.kind === 'absent') return NONE;
  if (found.kind === 'unknown')
    return { former: [], unknown: await unknownController(stack, topology, found.says, cli) };
  const deployed = found.model.topology;
  const successor = successorOf(deployed, topology);
  const isOurs = name === topology.name || successor !== undefined;
  return isOurs ? { former: [{ deployed, stack: stack.name, successor: successor?.name }], unknown: [] } : NONE;
}

const NONE: FormerSites = { former: [], unknown: [] };

/** Of which site of the file it is the former one is not known; its functions may move the same routes. */
async function unknownController(stack: ListedStack, topology: Topology, why: string, cli: Cli): Promise<string[]> {
  const { name, site } = namesIn(stack);
  if (name === topology.name)
    return [
      `The file has no site ${site} in ${stack.region}, and its functions may still move routes (${why}). Deploy the former file with this version first, or delete the stack with it: vyos-failover destroy FORMER_FILE --site ${site}.`,
    ];
  const template = await explainingStackFaults(stack.region, cli, () =>
    cli.environment.cloud.templateOf({ region: stack.region, name: stack.name }, cli.io.signal),
  );
  const shared = sharedTables(topology, stack, template);
  return shared === undefined ? [] : [`Two controllers: ${shared.says}.`];
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
