/** Resource ARNs and condition keys: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
import type { Resource } from './action.ts';
import { arnOf } from './arn.ts';
import type { Tags } from './model/tags.ts';
import type { RegionState } from './state.ts';

/** For actions without resource-level permissions. */
export function anyResource({ region }: RegionState): Resource[] {
  return [{ arn: '*', context: { 'ec2:Region': region } }];
}

export function routeTableResource(state: RegionState, id: string): Resource {
  const table = state.routeTables.get(id);
  return {
    arn: arnOf(state, 'route-table', id),
    context: {
      'ec2:Region': state.region,
      'ec2:RouteTableID': id,
      ...(table && { 'ec2:Vpc': arnOf(state, 'vpc', table.vpc), ...tagKeys(table.tags) }),
    },
  };
}

export function instanceResource(state: RegionState, id: string): Resource {
  const tags = state.instances.get(id)?.tags ?? {};
  return {
    arn: arnOf(state, 'instance', id),
    context: { 'ec2:Region': state.region, 'ec2:InstanceID': id, ...tagKeys(tags) },
  };
}

export function interfaceResource(state: RegionState, id: string): Resource {
  const found = state.interfaces.get(id);
  return {
    arn: arnOf(state, 'network-interface', id),
    context: {
      'ec2:Region': state.region,
      'ec2:NetworkInterfaceID': id,
      ...(found && {
        'ec2:Vpc': arnOf(state, 'vpc', found.vpc),
        'ec2:Subnet': arnOf(state, 'subnet', found.subnet),
        ...tagKeys(found.tags),
      }),
    },
  };
}

export function subnetResource(state: RegionState, id: string): Resource {
  const found = state.subnets.get(id);
  return {
    arn: arnOf(state, 'subnet', id),
    context: {
      'ec2:Region': state.region,
      'ec2:SubnetID': id,
      ...(found && { 'ec2:Vpc': arnOf(state, 'vpc', found.vpc), ...tagKeys(found.tags) }),
    },
  };
}

export function prefixListResource(state: RegionState, id: string): Resource {
  return { arn: arnOf(state, 'prefix-list', id), context: { 'ec2:Region': state.region } };
}

function tagKeys(tags: Tags): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ec2:ResourceTag/${key}`, value],
    ]),
  );
}
