import type { Tags } from './tags.ts';

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
