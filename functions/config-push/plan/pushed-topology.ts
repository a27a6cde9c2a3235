import { type ManagedSite, routersOf } from '#failover/site.ts';
import type { CreatedIds } from '#functions/created-ids.ts';
import { fillCreatedIds, isCreatedId } from '#topology/created-ids.ts';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import { someOf } from '#topology/some-of.ts';
import type { Topology } from '#topology/topology.ts';
import { VyosConfigError } from '#vyos/errors.ts';
import { renderConfig } from '#vyos/render.ts';
import type { PushPorts } from '../ports.ts';

/** The pushed topology, or its mistakes. */
type ParsedTopology =
  | { readonly topology: Topology; readonly mistakes?: undefined }
  | { readonly topology?: undefined; readonly mistakes: string };

/**
 * Parses a topology file and renders the configuration of this site's routers. It must describe the routers that this
 * function was deployed for: the file of another network would fit no router, and could still be pushed.
 */
export function parsePushedTopology(
  text: string,
  { site, createdIds }: Pick<PushPorts, 'site' | 'createdIds'>,
): ParsedTopology {
  const { topology: loaded, mistakes = [] } = topologyIn(text);
  if (loaded === undefined) return { mistakes: renderMistakes(mistakes) };
  const topology = fillCreatedIds(loaded, (key) => createdIds[key]);
  const stranger = whyNotDeployed(topology, site) ?? whyNotCreated(topology);
  if (stranger !== undefined) return { mistakes: `${stranger}\n    hint: deploy this topology first (cdk deploy)` };
  const stale = whyOtherAddress(topology, createdIds);
  if (stale !== undefined) return { mistakes: `${stale}\n    hint: remove publicAddress, or correct it` };
  try {
    for (const { name } of routersOf(site)) renderConfig(topology, name);
    return { topology };
  } catch (error) {
    if (error instanceof VyosConfigError) return { mistakes: error.message };
    throw error;
  }
}

/** Interfaces, tables and VPCs of other sites are not in a configuration; addresses are. */
function whyNotCreated(topology: Topology): string | undefined {
  const routers = topology.sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
  const missing = routers.filter(({ publicAddress }) => isCreatedId(publicAddress)).map(({ name }) => name);
  if (missing.length === 0) return undefined;
  return `the deployed stack does not have the public address of ${someOf(missing)}, which the topology says is to be created`;
}

/** The tunnels to a stated address that is not the router's Elastic IP would not come up. */
function whyOtherAddress({ sites }: Topology, createdIds: CreatedIds): string | undefined {
  for (const { name, creation, publicAddress } of sites.flatMap(({ routers }) => [routers.active, routers.standby])) {
    const deployed = createdIds[`address:${name}`];
    if (creation === undefined || deployed === undefined || deployed === publicAddress) continue;
    return `the topology has ${publicAddress} for ${name}, and the deployed stack has ${deployed}`;
  }
  return undefined;
}

/** The plan and every step of a push send the same file. */
let lastRead: { readonly text: string; readonly loaded: ReturnType<typeof loadTopology> } | undefined;

function topologyIn(text: string): ReturnType<typeof loadTopology> {
  if (lastRead?.text !== text) lastRead = { text, loaded: loadTopology(text, 'topology') };
  return lastRead.loaded;
}

function whyNotDeployed(topology: Topology, site: ManagedSite): string | undefined {
  const described = topology.sites.find(({ name }) => name === site.name);
  if (topology.name !== site.topology || described === undefined) {
    return `the topology has no site ${site.name} of ${site.topology}, for which this stack was deployed`;
  }
  const stranger = [described.routers.active, described.routers.standby].find(
    ({ name, instance }) => !routersOf(site).some((router) => router.name === name && router.instance === instance),
  );
  if (stranger === undefined) return undefined;
  const is = stranger.instance ?? 'created by the stacks';
  return `the topology says that ${stranger.name} is ${is}, and the deployed stack does not`;
}
