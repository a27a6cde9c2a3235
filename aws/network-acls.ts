import { DescribeNetworkAclsCommand, DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import { deskEc2Client } from './clients.ts';

/** A rule of a network ACL for IPv4. */
export interface AclRule {
  readonly number: number;
  readonly egress: boolean;
  readonly allow: boolean;
  /** `-1`, or the number of an IP protocol. */
  readonly protocol: string;
  readonly cidr: string;
  /** Undefined: all ports. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** The network ACL of an interface's subnet, in the order in which VPC evaluates its rules. */
export interface InterfaceAcl {
  readonly id: string;
  readonly rules: readonly AclRule[];
}

/** By interface; one without a subnet or an ACL is absent. @throws the SDK's error */
export async function networkAcls(
  region: string,
  enis: readonly string[],
  signal?: AbortSignal,
): Promise<Readonly<Record<string, InterfaceAcl>>> {
  const ec2 = deskEc2Client(region);
  const abort = signal && { abortSignal: signal };
  const Filters = [{ Name: 'network-interface-id', Values: [...enis] }];
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }), abort);
  const subnets = [...new Set(NetworkInterfaces.flatMap(({ SubnetId }) => SubnetId ?? []))];
  if (subnets.length === 0) return {};
  const { NetworkAcls = [] } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: subnets }] }),
    abort,
  );
  return Object.fromEntries(
    NetworkInterfaces.flatMap(({ NetworkInterfaceId = '', SubnetId }) => {
      const acl = NetworkAcls.find(({ Associations = [] }) => Associations.some((each) => each.SubnetId === SubnetId));
      if (acl === undefined) return [];
      const rules = (acl.Entries ?? []).flatMap((entry) =>
        entry.CidrBlock === undefined
          ? []
          : [
              {
                number: entry.RuleNumber ?? 0,
                egress: entry.Egress ?? false,
                allow: entry.RuleAction === 'allow',
                protocol: entry.Protocol ?? '-1',
                cidr: entry.CidrBlock,
                from: entry.PortRange?.From,
                to: entry.PortRange?.To,
              },
            ],
      );
      return [
        [NetworkInterfaceId, { id: acl.NetworkAclId ?? '', rules: rules.toSorted((a, b) => a.number - b.number) }],
      ];
    }),
  );
}
