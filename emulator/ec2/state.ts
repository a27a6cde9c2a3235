import type { Catalog } from './model/catalog.ts';
import type { Instance } from './model/instances.ts';
import type { LaunchTemplate } from './model/launch-templates.ts';
import type { ElasticIp, Gateway, NetworkAclEntry, NetworkInterface, Subnet, Vpc } from './model/networks.ts';
import type { PrefixList, RouteTable } from './model/routes.ts';
import type { SecurityGroup } from './model/security-groups.ts';

/**
 * One region's EC2 as one immutable value. A write makes a new value, so an older one can be shown to a stale read.
 */

export interface RegionState {
  readonly account: string;
  readonly region: string;
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly interfaces: ReadonlyMap<string, NetworkInterface>;
  readonly instances: ReadonlyMap<string, Instance>;
  readonly routeTables: ReadonlyMap<string, RouteTable>;
  readonly prefixLists: ReadonlyMap<string, PrefixList>;
  /** Internet gateways, and targets of other kinds, of which only the id is modelled. */
  readonly gateways: ReadonlyMap<string, Gateway>;
  /** Elastic IP addresses by allocation id. */
  readonly addresses: ReadonlyMap<string, ElasticIp>;
  readonly securityGroups: ReadonlyMap<string, SecurityGroup>;
  /** Entries of the network ACLs that were changed, by id. Default: none was. */
  readonly networkAcls?: ReadonlyMap<string, readonly NetworkAclEntry[]>;
  readonly launchTemplates: ReadonlyMap<string, LaunchTemplate>;
  readonly catalog: Catalog;
}

/** A copy of the map with one entry changed. */
export function replaced<T>(map: ReadonlyMap<string, T>, id: string, value: T): ReadonlyMap<string, T> {
  return new Map(map).set(id, value);
}

/** A copy of the map without one entry. */
export function without<T>(map: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> {
  const copy = new Map(map);
  copy.delete(id);
  return copy;
}

/** The Elastic IP address on an interface. */
export function elasticIpOn({ addresses }: RegionState, interfaceId: string): ElasticIp | undefined {
  return [...addresses.values()].find(({ association }) => association?.interface === interfaceId);
}

/** The Availability Zone of a subnet; the region's first for one that is not there. */
export function zoneOf({ subnets, catalog }: RegionState, subnet: string): string {
  return subnets.get(subnet)?.zone ?? catalog.zones[0] ?? '';
}
