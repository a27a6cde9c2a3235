import { canonical, contains, overlap } from '#emulator/ec2/cidr.ts';
import { dependencyViolation, invalidParameter } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import { cidrsOf, type Subnet } from '#emulator/ec2/model/networks.ts';
import type { Tags } from '#emulator/ec2/model/tags.ts';
import type { Operation } from '#emulator/ec2/operation.ts';
import { type RegionState, replaced, without } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';
import { notBlock } from './vpc.ts';

interface SubnetRequest {
  readonly vpc: string;
  readonly cidr: string;
  /** Default: the region's first. */
  readonly zone: string | undefined;
  readonly tags: Tags;
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html. Throws `InvalidSubnet.Range` for a block
 * that is not /16 to /28 or lies outside the VPC, `InvalidSubnet.Conflict` for one that overlaps another subnet's.
 */
export function createSubnet({ vpc: vpcId, cidr, zone, tags }: SubnetRequest): Operation<Subnet> {
  return (state, context) => {
    const vpc = existing('vpc', vpcId, state.vpcs);
    const block = canonical(cidr);
    if (block?.family !== 'ipv4') throw notBlock('cidrBlock', cidr);
    if (block.length < 16 || block.length > 28 || !cidrsOf(vpc).some((outer) => contains(outer, block.text))) {
      throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
    }
    if (subnetsIn(vpcId, state).some((other) => overlap(other.cidr, block.text))) {
      throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
    }
    const subnet: Subnet = {
      id: context.newId('subnet'),
      vpc: vpcId,
      cidr: block.text,
      zone: offeredZone(zone, state),
      tags,
    };
    return { result: subnet, state: { ...state, subnets: replaced(state.subnets, subnet.id, subnet) } };
  };
}

function subnetsIn(vpcId: string, { subnets }: RegionState): Subnet[] {
  return [...subnets.values()].filter(({ vpc }) => vpc === vpcId);
}

function offeredZone(zone: string | undefined, { catalog: { zones } }: RegionState): string {
  const [first = ''] = zones;
  if (zone === undefined || zones.includes(zone)) return zone ?? first;
  throw invalidParameter(
    `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(', ')}.`,
  );
}

/**
 * Deletes it and its association with a route table.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html. Throws `DependencyViolation` while it has
 * an interface.
 */
export function deleteSubnet(id: string): Operation {
  return (state) => {
    existing('subnet', id, state.subnets);
    if ([...state.interfaces.values()].some(({ subnet }) => subnet === id)) throw dependencyViolation('subnet', id);
    const routeTables = new Map(
      [...state.routeTables].map(([key, table]) => [
        key,
        { ...table, associations: table.associations.filter(({ subnet }) => subnet !== id) },
      ]),
    );
    return { result: undefined, state: { ...state, routeTables, subnets: without(state.subnets, id) } };
  };
}

/** Replaces the tags. */
export function tagSubnet(id: string, tags: Tags): Operation {
  return (state) => {
    const subnet = existing('subnet', id, state.subnets);
    return { result: undefined, state: { ...state, subnets: replaced(state.subnets, id, { ...subnet, tags }) } };
  };
}
