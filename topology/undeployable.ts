import { partitionOf } from './partitions.ts';
import { someOf } from './some-of.ts';
import type { Topology } from './topology.ts';

/**
 * The reasons why a valid topology cannot be deployed yet, one sentence each, with the correction. Empty: it can be deployed.
 */
export function whyUndeployable(topology: Pick<Topology, 'sites' | 'ssmAgent'>): readonly string[] {
  const reasons = [
    withoutAgent(topology),
    routersWithoutRole(topology),
    tooManyCreated(topology),
    slackNotThere(topology),
  ];
  return reasons.filter((sentence) => sentence !== undefined);
}

/** Amazon Q Developer in chat applications is a service of commercial AWS: its API accepts ARNs of the partition `aws` only. */
function slackNotThere({ sites }: Pick<Topology, 'sites'>): string | undefined {
  const [first] = sites.filter(
    ({ region, notify }) => notify.slack !== undefined && partitionOf(region).name !== 'aws',
  );
  if (first === undefined) return undefined;
  return (
    `site ${first.name}: notify.slack is not available in ${partitionOf(first.region).title}. Remove it, and use notify.email or the ` +
    'events; until then the topology cannot be deployed.'
  );
}

/** Without its SSM agent a created router could neither be probed nor changed. */
function withoutAgent({ sites, ssmAgent }: Pick<Topology, 'sites' | 'ssmAgent'>): string | undefined {
  const created = sites.filter(({ routers }) =>
    [routers.active, routers.standby].some(({ creation }) => creation !== undefined),
  );
  if (ssmAgent !== undefined || created.length === 0) return undefined;
  return (
    `${created.length === 1 ? 'site' : 'sites'} ${someOf(created.map(({ name }) => name))}: ssmAgent is missing, and VyOS images contain no ` +
    'SSM agent, so the routers that are to be created could neither be monitored nor changed. Download amazon-ssm-agent.deb ' +
    '(docs/routers.md states from where) and add ssmAgent: FILE; until then the topology cannot be deployed.'
  );
}

/**
 * "4 KB, for all environment variables associated with the function, in aggregate":
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const ENVIRONMENT_BYTES = 4_096;
/** Of config-push, without the created ids. */
const OTHER_VARIABLES_BYTES = 1_050;
const LONGEST_ADDRESS = '255.255.255.255';
const LONGEST_ID = 'eni-0a1b2c3d4e5f60001';

/** config-push of each site has the addresses of the created routers of all sites in its environment. */
function tooManyCreated({ sites }: Pick<Topology, 'sites'>): string | undefined {
  const created = sites.flatMap(({ routers: { active, standby } }) =>
    [active, standby].filter(({ creation }) => creation !== undefined),
  );
  const addresses = bytesOf(created.map(({ name }) => [`address:${name}`, LONGEST_ADDRESS]));
  const own = sites.map(({ name, routers: { active, standby } }) =>
    bytesOf([`eni:${active.name}`, `eni:${standby.name}`, `routeTable:${name}`].map((key) => [key, LONGEST_ID])),
  );
  const excess = addresses + Math.max(0, ...own) + OTHER_VARIABLES_BYTES - ENVIRONMENT_BYTES;
  if (created.length === 0 || excess <= 0) return undefined;
  return (
    `${created.length} routers are to be created, and their addresses are up to ${excess} bytes too many for the environment of a Lambda ` +
    `function (${ENVIRONMENT_BYTES} bytes). Shorten the names of the routers, or describe the sites in several topologies; until then it cannot be deployed.`
  );
}

function bytesOf(ids: readonly (readonly [string, string])[]): number {
  return JSON.stringify(Object.fromEntries(ids)).length;
}

/** Without the role of its instance a router cannot be allowed to report. */
function routersWithoutRole({ sites }: Pick<Topology, 'sites'>): string | undefined {
  const lacking = sites.flatMap(({ name, routers: { active, standby } }) => {
    const routers = [active, standby].filter(({ instanceRole }) => instanceRole === undefined);
    return routers.length === 2 ? [`site ${name}`] : routers.map((router) => `router ${router.name}`);
  });
  if (lacking.length === 0) return undefined;
  return (
    `${someOf(lacking)}: instanceRole is missing, so reports would be rejected. ` +
    `Add the name of the IAM role of the ${lacking.length === 1 && lacking[0]?.startsWith('router') ? 'router’s instance' : 'routers’ instances'} ` +
    '(instanceRole: NAME); until then the topology cannot be deployed.'
  );
}
