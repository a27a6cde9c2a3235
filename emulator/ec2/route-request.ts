import { canonical } from './cidr.ts';
import { invalidCombination, invalidParameter, missingParameter } from './errors.ts';
import { wellFormed } from './ids.ts';
import type { Parameters } from './parameters.ts';

const destinations = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId'] as const;

const targets = [
  'GatewayId',
  'NatGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'EgressOnlyInternetGatewayId',
  'VpcEndpointId',
  'LocalGatewayId',
  'CarrierGatewayId',
  'CoreNetworkArn',
  'NetworkInterfaceId',
  'InstanceId',
] as const;

/** `kind` is the parameter's name, `local` for `LocalTarget`. */
export interface TargetRequest {
  readonly kind: (typeof targets)[number] | 'LocalTarget';
  readonly id: string;
}

/**
 * The route's destination, canonical: "We modify the specified CIDR block to its canonical form".
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
 * Throws `MissingParameter`, `InvalidParameterCombination`, `InvalidParameterValue` or `InvalidPrefixListId.Malformed`.
 */
export function destinationOf(parameters: Parameters): string {
  const given = destinations.filter((name) => parameters.text(name) !== undefined);
  const [name] = given;
  if (name === undefined) throw missingParameter('DestinationCidrBlock');
  if (given.length > 1) throw tooMany(given);
  const text = parameters.required(name);
  if (name === 'DestinationPrefixListId') return wellFormed('pl', text);
  const cidr = canonical(text);
  if (cidr === undefined || cidr.family !== (name === 'DestinationCidrBlock' ? 'ipv4' : 'ipv6')) {
    throw invalidParameter(
      `Value (${text}) for parameter ${name.charAt(0).toLowerCase()}${name.slice(1)} is invalid. This is not a valid CIDR block.`,
    );
  }
  return cidr.text;
}

/**
 * The one target that the request names. Throws `MissingParameter` for none, `InvalidParameterCombination` for more,
 * `…Malformed` for an interface or instance id that cannot be one.
 */
export function targetOf(parameters: Parameters): TargetRequest {
  const given: TargetRequest[] = targets.flatMap((kind) => {
    const id = parameters.text(kind);
    return id === undefined ? [] : [{ kind, id }];
  });
  if (parameters.flag('LocalTarget') === true) given.push({ kind: 'LocalTarget', id: 'local' });
  const [target] = given;
  if (target === undefined) {
    throw missingParameter('gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId or transitGatewayId');
  }
  if (given.length > 1) throw tooMany(given.map(({ kind }) => kind));
  if (target.kind === 'NetworkInterfaceId') wellFormed('eni', target.id);
  if (target.kind === 'InstanceId') wellFormed('i', target.id);
  return target;
}

function tooMany(names: readonly string[]) {
  return invalidCombination(`The parameters ${names.join(', ')} may not be used together; exactly one is allowed.`);
}
