import type { Tags } from './tags.ts';

export interface Vpc {
  readonly id: string;
  readonly cidr: string;
  /** Beside the primary one; IPv4 or IPv6. */
  readonly moreCidrs?: readonly string[];
  readonly tags: Tags;
}

/** All CIDR blocks of a VPC as they were written, the primary one first. */
export function cidrsOf({ cidr, moreCidrs = [] }: Pick<Vpc, 'cidr' | 'moreCidrs'>): readonly [string, ...string[]] {
  return [cidr, ...moreCidrs];
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

export interface NetworkAcl {
  readonly id: string;
  readonly vpc: string;
  /** Ids of the subnets that are associated with it. */
  readonly subnets: readonly string[];
  readonly entries: readonly NetworkAclEntry[];
}

export interface NetworkAclEntry {
  readonly number: number;
  readonly egress: boolean;
  /** `-1`, or the number of an IP protocol. */
  readonly protocol: string;
  readonly cidr: string;
  readonly action: 'allow' | 'deny';
  /** Undefined where the protocol has no ports. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}
