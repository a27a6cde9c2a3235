import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { deskEc2Client } from './clients.ts';

/** One rule of a security group that lets traffic in. */
export interface InboundRule {
  /** `tcp`, `udp`, `icmp`, an IP protocol's number, or `-1`: all. */
  readonly protocol: string;
  /** Undefined: all ports, or a protocol without ports. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** IPv4 CIDR blocks. */
  readonly cidrs: readonly string[];
  /** Security groups whose members may send. */
  readonly groups: readonly string[];
  /** It also names prefix lists, whose entries were not read. */
  readonly hasPrefixLists: boolean;
}

/** The security groups of an interface, and what they let in together. */
export interface InterfaceRules {
  readonly groups: readonly string[];
  readonly inbound: readonly InboundRule[];
}

/** By interface; one that does not exist is left out. @throws the SDK's error */
export async function inboundRules(
  region: string,
  enis: readonly string[],
  signal?: AbortSignal,
): Promise<Readonly<Record<string, InterfaceRules>>> {
  const ec2 = deskEc2Client(region);
  const abort = signal && { abortSignal: signal };
  const Filters = [{ Name: 'network-interface-id', Values: [...enis] }];
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }), abort);
  const groupsOf = (groups: readonly { readonly GroupId?: string | undefined }[] = []) =>
    groups.flatMap(({ GroupId }) => GroupId ?? []);
  const GroupIds = [...new Set(NetworkInterfaces.flatMap(({ Groups }) => groupsOf(Groups)))];
  const { SecurityGroups = [] } =
    GroupIds.length === 0 ? {} : await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }), abort);
  const rules = new Map(
    SecurityGroups.map(({ GroupId = '', IpPermissions = [] }) => [GroupId, IpPermissions.map(ruleOf)]),
  );
  return Object.fromEntries(
    NetworkInterfaces.map(({ NetworkInterfaceId = '', Groups }) => {
      const groups = groupsOf(Groups);
      return [NetworkInterfaceId, { groups, inbound: groups.flatMap((group) => rules.get(group) ?? []) }];
    }),
  );
}

function ruleOf(permission: IpPermission): InboundRule {
  const { IpProtocol = '-1', FromPort, ToPort, IpRanges = [], UserIdGroupPairs = [], PrefixListIds = [] } = permission;
  return {
    protocol: IpProtocol,
    from: FromPort,
    to: ToPort,
    cidrs: IpRanges.flatMap(({ CidrIp }) => CidrIp ?? []),
    groups: UserIdGroupPairs.flatMap(({ GroupId }) => GroupId ?? []),
    hasPrefixLists: PrefixListIds.length > 0,
  };
}
