/** What a deletion means for the traffic, and what it leaves. Pure. */
import { createdKey } from '#topology/created-ids.ts';
import { someOf } from '#topology/some-of.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { createdRouters } from '../created/created-sites.ts';
import { counted } from '../output/counted.ts';
import { shellWord } from '../output/shell-word.ts';
import type { KeysLeft } from './keys-left.ts';

/** Sentences about the traffic that is lost. */
export function trafficWarnings(topology: Topology, sites: readonly Site[]): string[] {
  const remaining = topology.sites.filter((site) => !sites.includes(site));
  return [
    ...sites.map((site) => warningOf(site, topology)),
    ...(remaining.length === 0
      ? []
      : [
          `The configurations and stacks of ${namesIn(remaining)} still name ${namesIn(sites)}: remove it from the topology, deploy, and push the configurations.`,
        ]),
  ];
}

function warningOf(site: Site, topology: Topology): string {
  const { name, region, frontSubnets } = site;
  if (createdRouters(site).length === 0)
    return `${name} (${region}): its routers and routes stay as they are, and nothing moves the routes any more when a router fails.`;
  const others = [...topology.sites.filter((other) => other !== site), ...topology.farEnds].map((each) => each.name);
  return `${name} (${region}): its routers are deleted. ${frontSubnets.join(', ')} loses the connection with ${others.join(', ')}.`;
}

/** What a deletion leaves, as sentences with the command that removes it. */
export function whatRemains(
  topology: Topology,
  sites: readonly Site[],
  { addressesFile, keys }: { readonly addressesFile: string | undefined; readonly keys: readonly KeysLeft[] },
): string[] {
  const regions = [...new Set(sites.map(({ region }) => region))];
  return [
    ...sites.flatMap(blackholes),
    ...(sites.length < topology.sites.length ? [] : keys.flatMap(keysLeftTexts)),
    `Bundles and code, in the bucket of CDK's bootstrap (cdk-…-assets-ACCOUNT-REGION) of ${regions.join(', ')}: npx cdk gc --unstable=gc aws://ACCOUNT/REGION.`,
    ...(addressesFile === undefined || !sites.some((site) => createdRouters(site).length > 0)
      ? []
      : [`If there is a file ${addressesFile}, its addresses no longer exist: delete it.`]),
  ];
}

/** In tables that the deployment did not create. */
function blackholes(site: Site): string[] {
  if (createdRouters(site).length === 0) return [];
  return site.routeTables
    .filter(({ id }) => createdKey(id) === undefined && !(site.vpc.create && id === site.routeTables[0]?.id))
    .map(
      ({ id, destinations }) =>
        `${counted(destinations.length, 'managed route')} in ${id} of ${site.region} (${someOf(destinations)}), with a deleted interface as the target: delete them, or point them elsewhere.`,
    );
}

function keysLeftTexts({ region, names, isKnown }: KeysLeft): string[] {
  const calls = Array.from({ length: Math.ceil(names.length / NAMES_AT_ONCE) }, (_, index) =>
    names.slice(index * NAMES_AT_ONCE, (index + 1) * NAMES_AT_ONCE),
  );
  return calls.map(
    (some) =>
      `${counted(some.length, 'key')} in SSM of ${region}${isKnown ? '' : ', if they exist'}: ` +
      `aws ssm delete-parameters --region ${region} --names ${some.map(shellWord).join(' ')}.`,
  );
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html */
const NAMES_AT_ONCE = 10;

function namesIn(sites: readonly Site[]): string {
  return sites.map(({ name }) => name).join(', ');
}
