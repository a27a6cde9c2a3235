import { canonical, overlap } from '#emulator/ec2/cidr.ts';
import { dependencyViolation, invalidParameter } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import { cidrsOf, type Vpc } from '#emulator/ec2/model/networks.ts';
import type { Route, RouteTable } from '#emulator/ec2/model/routes.ts';
import type { Tags } from '#emulator/ec2/model/tags.ts';
import type { Operation } from '#emulator/ec2/operation.ts';
import { type RegionState, replaced, without } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';
import { defaultGroup } from './security-group.ts';

/**
 * A VPC with its main route table and its default security group.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
 * Throws `InvalidVpc.Range` for a block that is not /16 to /28, `VpcLimitExceeded`.
 */
export function createVpc({ cidr, tags }: { readonly cidr: string; readonly tags: Tags }): Operation<Vpc> {
  return (state, context) => {
    const block = canonical(cidr);
    if (block?.family !== 'ipv4') throw notBlock('cidrBlock', cidr);
    if (block.length < 16 || block.length > 28) {
      throw new AwsError('InvalidVpc.Range', `The CIDR '${cidr}' is invalid.`);
    }
    if (state.vpcs.size >= state.catalog.quotas.vpcs) {
      throw new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
    }
    const vpc: Vpc = { id: context.newId('vpc'), cidr: block.text, tags };
    const main: RouteTable = {
      id: context.newId('rtb'),
      vpc: vpc.id,
      tags: {},
      associations: [{ id: context.newId('rtbassoc'), main: true, subnet: undefined, gateway: undefined }],
      routes: [{ destination: block.text, target: 'local', origin: 'CreateRouteTable' }],
    };
    const group = defaultGroup(vpc.id, context.newId);
    return {
      result: vpc,
      state: {
        ...state,
        vpcs: replaced(state.vpcs, vpc.id, vpc),
        routeTables: replaced(state.routeTables, main.id, main),
        securityGroups: replaced(state.securityGroups, group.id, group),
      },
    };
  };
}

/**
 * Deletes it with its main route table and its default security group.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html: "You must detach or delete all gateways and
 * resources that are associated with the VPC before you can delete it". Throws `DependencyViolation`.
 */
export function deleteVpc(id: string): Operation {
  return (state) => {
    existing('vpc', id, state.vpcs);
    if (isUsed(id, state)) throw dependencyViolation('vpc', id);
    const outside = <T extends { readonly vpc: string }>(map: ReadonlyMap<string, T>) =>
      new Map([...map].filter(([, { vpc }]) => vpc !== id));
    return {
      result: undefined,
      state: {
        ...state,
        vpcs: without(state.vpcs, id),
        routeTables: outside(state.routeTables),
        securityGroups: outside(state.securityGroups),
      },
    };
  };
}

function isUsed(id: string, { subnets, gateways, routeTables, securityGroups }: RegionState): boolean {
  const inVpc = ({ vpc }: { readonly vpc: string | undefined }): boolean => vpc === id;
  return (
    [...subnets.values(), ...gateways.values()].some(inVpc) ||
    [...routeTables.values()].some((table) => inVpc(table) && !table.associations.some(({ main }) => main)) ||
    [...securityGroups.values()].some((group) => inVpc(group) && group.name !== 'default')
  );
}

/**
 * Another IPv4 block, with a local route in each route table.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html. Throws `InvalidVpc.Range`.
 */
export function associateCidr(id: string, cidr: string): Operation<string> {
  return (state) => {
    const vpc = existing('vpc', id, state.vpcs);
    const block = canonical(cidr);
    if (block?.family !== 'ipv4') throw notBlock('cidrBlock', cidr);
    const conflicts = cidrsOf(vpc).some((other) => overlap(other, block.text));
    if (block.length < 16 || block.length > 28 || conflicts) {
      throw new AwsError('InvalidVpc.Range', `The CIDR '${cidr}' is invalid.`);
    }
    const local: Route = { destination: block.text, target: 'local', origin: 'CreateRouteTable' };
    const next = { ...vpc, moreCidrs: [...(vpc.moreCidrs ?? []), block.text] };
    return { result: block.text, state: withLocals(state, next, (routes) => [local, ...routes]) };
  };
}

/** Throws `InvalidCidrBlock.InUse` while a subnet has addresses of it [the code is unverified]. */
export function disassociateCidr(id: string, cidr: string): Operation {
  return (state) => {
    const vpc = existing('vpc', id, state.vpcs);
    if ([...state.subnets.values()].some((subnet) => subnet.vpc === id && overlap(cidr, subnet.cidr))) {
      throw new AwsError('InvalidCidrBlock.InUse', `The vpc ${id} currently has a subnet within CIDR block ${cidr}`);
    }
    const next = { ...vpc, moreCidrs: (vpc.moreCidrs ?? []).filter((each) => each !== cidr) };
    const others = (routes: readonly Route[]) =>
      routes.filter(({ destination, target }) => destination !== cidr || target !== 'local');
    return { result: undefined, state: withLocals(state, next, others) };
  };
}

function withLocals(state: RegionState, vpc: Vpc, change: (routes: readonly Route[]) => readonly Route[]): RegionState {
  const routeTables = [...state.routeTables].map(
    ([id, table]) => [id, table.vpc === vpc.id ? { ...table, routes: change(table.routes) } : table] as const,
  );
  return { ...state, vpcs: replaced(state.vpcs, vpc.id, vpc), routeTables: new Map(routeTables) };
}

/** Replaces the tags. */
export function tagVpc(id: string, tags: Tags): Operation {
  return (state) => {
    const vpc = existing('vpc', id, state.vpcs);
    return { result: undefined, state: { ...state, vpcs: replaced(state.vpcs, id, { ...vpc, tags }) } };
  };
}

/** What EC2 answers to a text that is no block. */
export function notBlock(parameter: string, text: string): AwsError {
  return invalidParameter(`Value (${text}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`);
}
