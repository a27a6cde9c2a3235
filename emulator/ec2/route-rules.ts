import { AwsError } from '#emulator/service.ts';
import { canonical, contains } from './cidr.ts';
import { invalidParameter } from './errors.ts';
import { existing } from './ids.ts';
import { cidrsOf, type Gateway, type NetworkInterface } from './model/networks.ts';
import type { RouteTable } from './model/routes.ts';
import type { TargetRequest } from './route-request.ts';
import type { RegionState } from './state.ts';

/**
 * What the route will hold: `local` or the target's id; an instance stands for its only interface.
 * Throws `…NotFound`, `InvalidInstanceID` (several interfaces), `InvalidParameterValue` (an interface of another VPC).
 */
export function resolveTarget({ kind, id }: TargetRequest, table: RouteTable, state: RegionState): string {
  if (kind === 'LocalTarget') return 'local';
  if (kind === 'NetworkInterfaceId') return inSameVpc(existing('eni', id, state.interfaces), table);
  if (kind === 'InstanceId') return inSameVpc(onlyInterfaceOf(id, state), table);
  if (id === 'local') return id;
  const gateway = state.gateways.get(id);
  if (gateway !== undefined) return ofSameVpc(gateway, table);
  throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`);
}

function inSameVpc(found: NetworkInterface, table: RouteTable): string {
  if (found.vpc === table.vpc) return found.id;
  throw invalidParameter(`route table ${table.id} and interface ${found.id} belong to different networks`);
}

/** Gateways of other kinds than internet gateways stand for what may be attached to several VPCs. */
function ofSameVpc({ id, vpc }: Gateway, table: RouteTable): string {
  if (!id.startsWith('igw-') || vpc === table.vpc) return id;
  throw invalidParameter(`route table ${table.id} and network gateway ${id} belong to different networks`);
}

function onlyInterfaceOf(id: string, state: RegionState): NetworkInterface {
  existing('i', id, state.instances);
  const [first, ...others] = [...state.interfaces.values()].filter(({ attachment }) => attachment?.instance === id);
  if (first !== undefined && others.length === 0) return first;
  throw new AwsError(
    'InvalidInstanceID',
    `There are multiple interfaces attached to instance '${id}'. Please specify an interface ID for the operation instead.`,
  );
}

/**
 * Which destination may have which target. The rules:
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html (a route more specific than the local one is for
 * the whole of a subnet) and https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html; the codes of these
 * refusals are [unverified].
 */
export function checkRule(destination: string, target: string, table: RouteTable, state: RegionState): void {
  const vpc = blocksOf(table, state);
  const appliance = target.startsWith('eni-') || target.startsWith('vpce-') || target.startsWith('nat-');
  if (table.associations.some(({ gateway }) => gateway !== undefined)) checkEdgeRule(destination, target, vpc);
  if (destination.startsWith('pl-')) return;
  if (target === 'local' && !vpc.includes(destination) && !subnetsOf(table, state).includes(destination)) {
    throw invalidParameter(`The destination ${destination} cannot have the target local: it is not the VPC's own.`);
  }
  if (target === 'local' || !isInside(vpc, destination)) return;
  if (!appliance) {
    throw invalidParameter(
      `The destination ${destination} is inside the VPC (${vpc.join(', ')}); ${target} cannot be its target.`,
    );
  }
  if (!vpc.includes(destination) && !subnetsOf(table, state).includes(destination)) {
    throw invalidParameter(`The destination ${destination} does not match the CIDR block of a subnet of ${table.vpc}.`);
  }
}

function checkEdgeRule(destination: string, target: string, vpc: readonly string[]): void {
  if (destination.startsWith('pl-')) {
    throw invalidParameter(`A gateway route table cannot have a prefix list (${destination}) as a destination.`);
  }
  if (target !== 'local' && !target.startsWith('eni-') && !target.startsWith('vpce-')) {
    throw invalidParameter(`A gateway route table cannot have the target ${target}.`);
  }
  if (!isInside(vpc, destination)) {
    throw invalidParameter(`A gateway route table cannot have the destination ${destination}: it is outside the VPC.`);
  }
}

function blocksOf(table: RouteTable, state: RegionState): string[] {
  const vpc = state.vpcs.get(table.vpc);
  return vpc === undefined ? [] : cidrsOf(vpc).map((block) => canonical(block)?.text ?? block);
}

/** Wholly in one of the blocks: a range across two of them is in none. */
function isInside(blocks: readonly string[], destination: string): boolean {
  return blocks.some((block) => contains(block, destination));
}

function subnetsOf(table: RouteTable, state: RegionState): (string | undefined)[] {
  return [...state.subnets.values()].filter(({ vpc }) => vpc === table.vpc).map(({ cidr }) => canonical(cidr)?.text);
}
