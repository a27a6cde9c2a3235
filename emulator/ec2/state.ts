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
  readonly launchTemplates: ReadonlyMap<string, LaunchTemplate>;
  readonly catalog: Catalog;
}

/** What the region offers and permits; no API call changes it. */
export interface Catalog {
  /** Names of the Availability Zones. */
  readonly zones: readonly string[];
  readonly images: ReadonlyMap<string, Image>;
  /** Instance types that a zone does not offer, by zone. */
  readonly unsupportedTypes: Readonly<Record<string, readonly string[]>>;
  readonly quotas: Quotas;
}

/** Default quotas: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
export interface Quotas {
  readonly vpcs: number;
  readonly elasticIps: number;
  /** Of running instances of the Standard types (A, C, D, H, I, M, R, T, Z). */
  readonly vcpus: number;
  /** In each direction of a security group. */
  readonly rulesPerGroup: number;
  readonly groupsPerInterface: number;
}

export type Tags = Readonly<Record<string, string>>;

export interface Vpc {
  readonly id: string;
  readonly cidr: string;
  /** Beside the primary one; IPv4 or IPv6. */
  readonly moreCidrs?: readonly string[];
  readonly tags: Tags;
}

export interface Subnet {
  readonly id: string;
  readonly vpc: string;
  readonly cidr: string;
  /** Availability Zone. */
  readonly zone: string;
  readonly tags: Tags;
}

export interface Gateway {
  readonly id: string;
  /** That it is attached to. */
  readonly vpc: string | undefined;
  readonly tags: Tags;
}

export interface ElasticIp {
  /** Allocation id. */
  readonly id: string;
  readonly publicIp: string;
  readonly association: { readonly id: string; readonly interface: string } | undefined;
  readonly tags: Tags;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpc: string;
  readonly rules: readonly SecurityGroupRule[];
  readonly tags: Tags;
}

export interface SecurityGroupRule {
  readonly id: string;
  readonly direction: 'ingress' | 'egress';
  readonly permission: Permission;
  readonly tags: Tags;
}

/** What a rule allows: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
export interface Permission {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for all. */
  readonly protocol: string;
  /** First and last port; for ICMP type and code, -1 for all. Undefined: the protocol has none, or all. */
  readonly ports: { readonly from: number; readonly to: number } | undefined;
  readonly peer: Peer;
  readonly description: string | undefined;
}

/** The other end: a canonical block, a security group's id, or a prefix list's id. */
export type Peer = { readonly cidr: string } | { readonly group: string } | { readonly prefixList: string };

export interface LaunchTemplate {
  readonly id: string;
  readonly name: string;
  readonly defaultVersion: number;
  /** Version 1 first. */
  readonly versions: readonly LaunchTemplateVersion[];
  readonly tags: Tags;
}

export interface LaunchTemplateVersion {
  readonly number: number;
  readonly description: string | undefined;
  readonly data: LaunchTemplateData;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** What a launch template, or a launch itself, states of an instance. Everything may be left to the other. */
export interface LaunchTemplateData {
  readonly imageId?: string | undefined;
  readonly instanceType?: string | undefined;
  /** Base64, as the API takes it. */
  readonly userData?: string | undefined;
  /** Name or ARN of an instance profile. */
  readonly profile?: string | undefined;
  readonly interfaces?: readonly InterfaceRequest[] | undefined;
  readonly subnet?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly zone?: string | undefined;
  readonly disableApiTermination?: boolean | undefined;
  readonly detailedMonitoring?: boolean | undefined;
  readonly metadata?: MetadataSettings | undefined;
  /** Of the instance. */
  readonly tags?: Tags | undefined;
}

export interface InterfaceRequest {
  readonly deviceIndex: number;
  /** An interface that exists; undefined: a new one in `subnet`. */
  readonly id?: string | undefined;
  readonly subnet?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly address?: string | undefined;
  /** Default: false for an interface that exists, true for a new one. */
  readonly deleteOnTermination?: boolean | undefined;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html */
export interface MetadataSettings {
  /** Default `optional`: version 1 is answered as well. */
  readonly tokens?: 'required' | 'optional' | undefined;
  readonly hopLimit?: number | undefined;
  /** Whether the instance's tags are in its metadata. Default false. */
  readonly tags?: boolean | undefined;
}

export interface Image {
  readonly id: string;
  readonly name: string;
  /** Account id. */
  readonly owner: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Marketplace product code. */
  readonly product: string | undefined;
  /** Whether the account subscribed to the product. */
  readonly subscribed: boolean;
  /** ms since the epoch. */
  readonly createdAt: number;
}

export interface NetworkInterface {
  readonly id: string;
  readonly subnet: string;
  readonly vpc: string;
  readonly address: string;
  readonly sourceDestCheck: boolean;
  readonly description: string;
  /** Ids of security groups. An interface of the account fixture has none, and everything is allowed to it. */
  readonly groups: readonly string[];
  readonly tags: Tags;
  readonly attachment: Attachment | undefined;
}

export interface Attachment {
  readonly instance: string;
  readonly deviceIndex: number;
  /** ms since the epoch. */
  readonly at: number;
  readonly deleteOnTermination: boolean;
}

export type PowerState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export type CheckStatus = 'ok' | 'impaired' | 'initializing' | 'insufficient-data' | 'not-applicable';

export interface Instance {
  readonly id: string;
  readonly state: PowerState;
  /** The result of EC2's instance status check. */
  readonly check: CheckStatus;
  /** When `check` became `impaired`, ms since the epoch. */
  readonly impairedSince: number | undefined;
  /** When the attached-EBS status check failed, ms since the epoch; undefined: it passes. */
  readonly volumesImpairedSince: number | undefined;
  readonly scheduledEvents: readonly ScheduledEvent[];
  /** Whether anything inside answers: SSM agent, metadata client, the router itself. */
  readonly responsive: boolean;
  readonly tags: Tags;
  /** Name of its instance profile; of an instance of the account fixture, its role's. */
  readonly profile: string | undefined;
  /** ms since the epoch. */
  readonly launchedAt: number;
  readonly type: string;
  /** Undefined: an instance of the account fixture, which states none. */
  readonly image: string | undefined;
  /** Availability Zone. */
  readonly zone: string;
  /** Base64. */
  readonly userData: string | undefined;
  readonly disableApiTermination: boolean;
  readonly detailedMonitoring: boolean;
  readonly metadata: MetadataSettings;
  /** What its guest wrote to the serial console. */
  readonly console: string;
}

/** What EC2 is going to do to an instance: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html */
export interface ScheduledEvent {
  readonly id: string;
  readonly code: 'instance-reboot' | 'system-reboot' | 'system-maintenance' | 'instance-retirement' | 'instance-stop';
  /** Begins with `[Completed]` or `[Canceled]` when it is over. */
  readonly description: string;
  /** ms since the epoch. */
  readonly notBefore: number;
}

export type RouteOrigin = 'CreateRouteTable' | 'CreateRoute' | 'EnableVgwRoutePropagation' | 'Advertisement';

export interface Route {
  /** Canonical CIDR, or `pl-…`. */
  readonly destination: string;
  /** `local`, or the target's id, whose prefix states the kind. */
  readonly target: string;
  readonly origin: RouteOrigin;
}

export interface Association {
  readonly id: string;
  readonly main: boolean;
  readonly subnet: string | undefined;
  readonly gateway: string | undefined;
}

export interface RouteTable {
  readonly id: string;
  readonly vpc: string;
  readonly tags: Tags;
  readonly associations: readonly Association[];
  readonly routes: readonly Route[];
}

export interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly maxEntries: number;
  readonly family: 'IPv4' | 'IPv6';
  readonly entries: readonly { readonly cidr: string; readonly description: string | undefined }[];
}

/** All CIDR blocks of a VPC as they were written, the primary one first. */
export function cidrsOf({ cidr, moreCidrs = [] }: Pick<Vpc, 'cidr' | 'moreCidrs'>): readonly [string, ...string[]] {
  return [cidr, ...moreCidrs];
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
