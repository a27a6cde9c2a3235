import { canonical } from '#emulator/ec2/cidr.ts';
import { dependencyViolation, invalidParameter } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import { cidrsOf } from '#emulator/ec2/model/networks.ts';
import type { Association, Route, RouteTable } from '#emulator/ec2/model/routes.ts';
import type { Tags } from '#emulator/ec2/model/tags.ts';
import type { Operation } from '#emulator/ec2/operation.ts';
import { type RegionState, replaced, without } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html: with a local route for each block of the VPC. */
export function createRouteTable(vpcId: string, tags: Tags): Operation<RouteTable> {
  return (state, context) => {
    const vpc = existing('vpc', vpcId, state.vpcs);
    const routes = cidrsOf(vpc).map(
      (block): Route => ({
        destination: canonical(block)?.text ?? block,
        target: 'local',
        origin: 'CreateRouteTable',
      }),
    );
    return changed(state, { id: context.newId('rtb'), vpc: vpcId, tags, associations: [], routes });
  };
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html. Throws `DependencyViolation` for one that is
 * associated.
 */
export function deleteRouteTable(id: string): Operation {
  return (state) => {
    const { associations } = existing('rtb', id, state.routeTables);
    if (associations.length > 0) throw dependencyViolation('routeTable', id);
    return { result: undefined, state: { ...state, routeTables: without(state.routeTables, id) } };
  };
}

/** Replaces tags that a stack has given it; those that others have added stay. */
export function tagRouteTable(id: string, tags: Tags, before: Tags): Operation<RouteTable> {
  return (state) => {
    const table = existing('rtb', id, state.routeTables);
    const others = Object.entries(table.tags).filter(([key]) => !Object.hasOwn(before, key));
    return changed(state, { ...table, tags: { ...Object.fromEntries(others), ...tags } });
  };
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html. Throws
 * `Resource.AlreadyAssociated` for a subnet that has a route table of its own.
 */
export function associateRouteTable(id: string, subnetId: string): Operation<Association> {
  return (state, context) => {
    const table = existing('rtb', id, state.routeTables);
    const subnet = existing('subnet', subnetId, state.subnets);
    if (subnet.vpc !== table.vpc) {
      throw invalidParameter(`Route table ${id} and subnet ${subnetId} belong to different networks`);
    }
    const taken = [...state.routeTables.values()].some(({ associations }) =>
      associations.some((each) => each.subnet === subnetId),
    );
    if (taken) {
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `the specified association for route table ${id} conflicts with an existing association`,
      );
    }
    const association: Association = {
      id: context.newId('rtbassoc'),
      main: false,
      subnet: subnetId,
      gateway: undefined,
    };
    const { state: next } = changed(state, { ...table, associations: [...table.associations, association] });
    return { result: association, state: next };
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html */
export function disassociateRouteTable(associationId: string): Operation {
  return (state) => {
    const all = new Map(
      [...state.routeTables.values()].flatMap((table) => table.associations.map(({ id }) => [id, table] as const)),
    );
    const table = existing('rtbassoc', associationId, all);
    const associations = table.associations.filter(({ id }) => id !== associationId);
    return { result: undefined, state: changed(state, { ...table, associations }).state };
  };
}

function changed(state: RegionState, table: RouteTable) {
  return { result: table, state: { ...state, routeTables: replaced(state.routeTables, table.id, table) } };
}
