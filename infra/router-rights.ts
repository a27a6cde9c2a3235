import type { Router, Site, Topology } from '#topology/topology.ts';
import { routerSecrets } from '#vyos/router-secrets.ts';
import { chunks } from './chunks.ts';
import type { Right } from './policy-size.ts';

/** What an SSM agent needs to run commands; AmazonSSMManagedInstanceCore would also let it read every parameter. */
const SSM_AGENT = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  // SSM agents before 3.3.40 poll here.
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
];

/** Where a stack is, as far as CDK knows it. */
export interface Place {
  readonly partition: string;
  /** What the hosts of its services end in. */
  readonly urlSuffix: string;
  readonly account: string;
  readonly region: string;
}

/**
 * What some routers of a site may do: be reached by SSM, report to their own site's API, fetch their own secrets, and
 * report what they observe of the routers of the other sites.
 *
 * @param routers those with one role: both, or one
 * @param routeArn of the route of the site's own API
 */
export function routerRights(
  topology: Topology,
  site: Pick<Site, 'name'>,
  routers: readonly Pick<Router, 'name'>[],
  routeArn: string,
  place: Place,
): Right[] {
  const others = topology.sites.filter(({ name }) => name !== site.name);
  return [
    { actions: SSM_AGENT, resources: ['*'] },
    { actions: ['execute-api:Invoke'], resources: [routeArn] },
    ...secretRights(topology, routers, place),
    // IAM takes no statement without a resource.
    ...(others.length === 0
      ? []
      : [{ actions: ['execute-api:Invoke'], resources: others.map((other) => witnessReportArn(other, place)) }]),
  ];
}

/** The pair's one role, or each router's own; in the order of the topology. */
export function routersByRole({ routers: { active, standby } }: Pick<Site, 'routers'>): {
  readonly role: string;
  readonly routers: readonly Router[];
}[] {
  const [one, other] = [active, standby].map((router) => ({ role: roleOf(router), routers: [router] }));
  if (one === undefined || other === undefined) return [];
  return one.role === other.role ? [{ role: one.role, routers: [active, standby] }] : [one, other];
}

function roleOf({ name, instanceRole }: Router): string {
  if (instanceRole === undefined) throw new RangeError(`router ${name} has no instanceRole`);
  return instanceRole;
}

/** There are no cross-stack references, so the API's id is `*`; the path names the site. */
function witnessReportArn({ name, region }: Pick<Site, 'name' | 'region'>, { partition, account }: Place): string {
  return `arn:${partition}:execute-api:${region}:${account}:*/$default/POST/v1/sites/${name}/events`;
}

/** Exactly the secrets of these routers, and their keys through SSM alone. */
function secretRights(topology: Topology, routers: readonly Pick<Router, 'name'>[], place: Place): Right[] {
  const names = routers.flatMap((router) => routerSecrets(topology, router.name).map(({ name }) => name));
  const { partition, urlSuffix, region, account } = place;
  const parameters = [...new Set(names)].map((name) => `arn:${partition}:ssm:${region}:${account}:parameter${name}`);
  return [
    { actions: ['ssm:GetParameter'], resources: parameters },
    ...chunks(parameters, PARAMETERS_PER_CONDITION).map((some) => ({
      actions: ['kms:Decrypt'],
      // Which key a parameter is encrypted with is the account's choice; the context says for which parameters.
      resources: ['*'],
      conditions: {
        StringEquals: { 'kms:ViaService': `ssm.${region}.${urlSuffix}`, 'kms:EncryptionContext:PARAMETER_ARN': some },
      },
    })),
  ];
}

/** So that a condition, which cannot be cut in two, fits into what is left of most policies. */
const PARAMETERS_PER_CONDITION = 20;
