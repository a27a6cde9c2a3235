import { createHash } from 'node:crypto';
import { AwsError } from '#emulator/service.ts';

/**
 * Resource kinds by id prefix, with EC2's own (inconsistent) spelling of their error codes:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
const kinds = {
  rtb: { malformed: 'InvalidRouteTableId.Malformed', notFound: 'InvalidRouteTableID.NotFound', noun: 'routeTable' },
  eni: {
    malformed: 'InvalidNetworkInterfaceId.Malformed',
    notFound: 'InvalidNetworkInterfaceID.NotFound',
    noun: 'networkInterface',
  },
  i: { malformed: 'InvalidInstanceID.Malformed', notFound: 'InvalidInstanceID.NotFound', noun: 'instance' },
  // [unverified] spelling of .Malformed; .NotFound as Terraform's provider matches it (internal/service/ec2/errors.go).
  pl: { malformed: 'InvalidPrefixListId.Malformed', notFound: 'InvalidPrefixListID.NotFound', noun: 'prefixList' },
  vpc: { malformed: 'InvalidVpcId.Malformed', notFound: 'InvalidVpcID.NotFound', noun: 'vpc' },
  subnet: { malformed: 'InvalidSubnetId.Malformed', notFound: 'InvalidSubnetID.NotFound', noun: 'subnet' },
  rtbassoc: {
    malformed: 'InvalidAssociationId.Malformed', // [unverified]
    notFound: 'InvalidAssociationID.NotFound',
    noun: 'association',
  },
  eipalloc: {
    malformed: 'InvalidAllocationId.Malformed', // [unverified]
    notFound: 'InvalidAllocationID.NotFound',
    noun: 'allocation',
  },
  eipassoc: {
    malformed: 'InvalidAssociationId.Malformed', // [unverified]
    notFound: 'InvalidAssociationID.NotFound',
    noun: 'association',
  },
  igw: {
    malformed: 'InvalidInternetGatewayId.Malformed', // [unverified]
    notFound: 'InvalidInternetGatewayID.NotFound',
    noun: 'internetGateway',
  },
  sg: { malformed: 'InvalidGroupId.Malformed', notFound: 'InvalidGroup.NotFound', noun: 'securityGroup' },
  sgr: {
    malformed: 'InvalidSecurityGroupRuleId.Malformed',
    notFound: 'InvalidSecurityGroupRuleId.NotFound',
    noun: 'securityGroupRule',
  },
  lt: {
    malformed: 'InvalidLaunchTemplateId.Malformed',
    notFound: 'InvalidLaunchTemplateId.NotFound',
    noun: 'launchTemplate',
  },
  ami: { malformed: 'InvalidAMIID.Malformed', notFound: 'InvalidAMIID.NotFound', noun: 'image' },
} as const;

export type Kind = keyof typeof kinds;

/** The id, if it is well formed: prefix, then 8 or 17 hexadecimal digits. Throws the kind's `…Malformed`. */
export function wellFormed(kind: Kind, id: string): string {
  const [prefix, digits] = [id.slice(0, kind.length + 1), id.slice(kind.length + 1)];
  if (prefix === `${kind}-` && /^([0-9a-f]{8}|[0-9a-f]{17})$/.test(digits)) return id;
  throw new AwsError(kinds[kind].malformed, `Invalid id: "${id}" (expecting "${kind}-...")`);
}

/** What the map holds under a well-formed id. Throws the kind's `…Malformed` or `…NotFound`. */
export function existing<T>(kind: Kind, id: string, map: ReadonlyMap<string, T>): T {
  const found = map.get(wellFormed(kind, id));
  if (found === undefined) {
    throw new AwsError(kinds[kind].notFound, `The ${kinds[kind].noun} ID '${id}' does not exist`);
  }
  return found;
}

/** An id that is always the same for the same parts, for what the fixture does not name (associations, addresses). */
export function derivedId(prefix: string, ...parts: readonly string[]): string {
  return `${prefix}-${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 17)}`;
}
