import type { FoundImage } from '#aws/account.ts';
import { callFault } from '#aws/call-fault.ts';
import { createdRouters } from '#cli/created/created-sites.ts';
import { doomedStacks } from '#cli/destroy/doomed-stacks.ts';
import { meterStack } from '#cli/route-latency/meter-stack.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { hostStack } from '../hosts/hosts.ts';
import type { AcceptancePorts } from '../ports.ts';

/** Default quota of a Region: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const ELASTIC_IPS = 5;

export interface Preflight {
  /** Twelve digits; undefined: not known, because no Region is bootstrapped. */
  readonly account: string | undefined;
  /** By site; a site whose image is named by an SSM parameter has none. */
  readonly images: Readonly<Record<string, FoundImage>>;
  /** What prevents the run, as sentences with what to do. */
  readonly obstacles: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Reads what a run needs of the account, and changes nothing.
 *
 * @param topology under the name of the run
 * @param hasAgent whether the SSM agent's package is there
 */
export async function preflight(
  topology: Topology,
  hasAgent: boolean,
  { cloud }: Pick<AcceptancePorts, 'cloud'>,
  signal: AbortSignal,
): Promise<Preflight> {
  try {
    const sites = await Promise.all(topology.sites.map((site) => readSite(topology, site, cloud, signal)));
    const accounts = new Set(sites.flatMap(({ account }) => account ?? []));
    return {
      account: [...accounts][0],
      images: Object.fromEntries(sites.flatMap(({ name, image }) => (image === undefined ? [] : [[name, image]]))),
      obstacles: [
        ...(hasAgent
          ? []
          : ['The SSM agent’s package is missing: docs/routers.md states where to get it (or --agent FILE).']),
        ...sites.flatMap(({ obstacles }) => obstacles),
      ],
      notes: [
        ...sites.flatMap(({ notes }) => notes),
        'Whether the account is subscribed to the image, and its quota of vCPUs, are known only when an instance is launched.',
      ],
    };
  } catch (error) {
    signal.throwIfAborted();
    if (callFault(error) === 'other') throw error;
    const { name, message } = error as Error;
    const obstacle = `AWS did not answer: ${name}: ${message}. Check the profile, its credentials and its permissions.`;
    return { account: undefined, images: {}, obstacles: [obstacle], notes: [] };
  }
}

async function readSite(topology: Topology, site: Site, cloud: AcceptancePorts['cloud'], signal: AbortSignal) {
  const { name, region } = site;
  const [account, found, addresses, left] = await Promise.all([
    cloud.bootstrappedAccount(region, signal),
    imageOf(site, cloud, signal),
    cloud.elasticIps(region, signal),
    stacksLeft(topology, site, cloud, signal),
  ]);
  const needed = createdRouters(site).length;
  return {
    name,
    account,
    image: typeof found === 'object' ? found : undefined,
    obstacles: [
      ...(account === undefined ? [`${region} is not bootstrapped: npx cdk bootstrap aws://ACCOUNT/${region}`] : []),
      ...(typeof found === 'string' ? [found] : []),
      ...(left.length > 0
        ? [`An earlier run has left ${left.join(', ')} in ${region}: npm run acceptance -- --destroy`]
        : []),
    ],
    notes:
      addresses + needed > ELASTIC_IPS
        ? [
            `${region} has ${addresses} Elastic IPs, and the run needs ${needed} more: the default quota is ${ELASTIC_IPS}.`,
          ]
        : [],
  };
}

/** @returns a sentence if there is none; undefined: an SSM parameter names it */
async function imageOf(
  { region, routers }: Site,
  cloud: AcceptancePorts['cloud'],
  signal: AbortSignal,
): Promise<FoundImage | string | undefined> {
  const image = routers.active.creation?.image;
  if (image === undefined || 'parameter' in image) return undefined;
  if ('id' in image) return { id: image.id, name: 'named by its id' };
  const found = await cloud.newestImage(region, image, signal);
  return (
    found ??
    `There is no image "${image.name}" of ${image.owner} in ${region}: subscribe in AWS Marketplace, or change image.`
  );
}

async function stacksLeft(
  topology: Topology,
  site: Site,
  cloud: AcceptancePorts['cloud'],
  signal: AbortSignal,
): Promise<string[]> {
  const own = [hostStack(topology, site), meterStack({ topology, site })];
  const names = [...doomedStacks(topology, [site]).flat(), ...own];
  const stacks = await Promise.all(names.map(({ region, name }) => cloud.describeStack({ region, name }, signal)));
  return stacks.flatMap((stack) => stack?.name ?? []);
}
