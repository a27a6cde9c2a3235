import type { Permission } from '#emulator/ec2/model/security-groups.ts';
import { permissionsOf } from '#emulator/ec2/packet-filter.ts';
import type { RegionState } from '#emulator/ec2/state.ts';

/** Its counters of dropped packets are shown by `nft list table`. */
export const FILTER = 'inet security_groups';

/**
 * nftables rules that filter as the security groups of an interface do: what no rule permits is dropped, and answers to a
 * permitted packet are permitted (connection tracking). ICMP errors about a permitted flow need a rule of their own, as in AWS:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-rules-reference.html ("Path MTU discovery").
 *
 * @param eni of `state`; an interface that does not exist lets nothing through
 * @param device its name in the router's namespace
 */
export function securityGroupRules(state: RegionState, eni: string, device: string): string {
  const found = state.interfaces.get(eni);
  const permitted = (direction: 'ingress' | 'egress') =>
    found === undefined
      ? []
      : permissionsOf(found, direction, state).flatMap((each) => matches(each, direction, state));
  return `
table ${FILTER}
delete table ${FILTER}
table ${FILTER} {
  chain ingress { type filter hook prerouting priority -150; ${chain(`iifname != "${device}"`, permitted('ingress'))} }
  chain egress { type filter hook postrouting priority 150; ${chain(`oifname != "${device}"`, permitted('egress'))} }
}
`;
}

function chain(elsewhere: string, permitted: readonly string[]): string {
  return [`${elsewhere} accept`, 'ct state established accept', ...new Set(permitted), 'counter drop;'].join('; ');
}

/** One rule for each address block of a permission. */
function matches({ protocol, ports, peer }: Permission, direction: 'ingress' | 'egress', state: RegionState): string[] {
  const field = direction === 'ingress' ? 'saddr' : 'daddr';
  const traffic = trafficOf(protocol, ports);
  return blocksOf(peer, state).map((block) =>
    [`${block.includes(':') ? 'ip6' : 'ip'} ${field} ${block}`, ...traffic, 'accept'].join(' '),
  );
}

/** Members of a group are matched by their private addresses. */
function blocksOf(peer: Permission['peer'], { prefixLists, interfaces }: RegionState): readonly string[] {
  if ('cidr' in peer) return [peer.cidr];
  if ('prefixList' in peer) return (prefixLists.get(peer.prefixList)?.entries ?? []).map(({ cidr }) => cidr);
  return [...interfaces.values()].flatMap(({ groups, address }) => (groups.includes(peer.group) ? [address] : []));
}

/** EC2 takes names and numbers: https://www.iana.org/assignments/protocol-numbers */
const NAMES: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };

function trafficOf(number: string, ports: Permission['ports']): string[] {
  if (number === '-1') return [];
  const protocol = NAMES[number] ?? number;
  if (ports === undefined || ports.from === -1) return [`meta l4proto ${protocol === 'icmpv6' ? '58' : protocol}`];
  // For ICMP the two numbers are type and code.
  if (protocol.startsWith('icmp')) return [`${protocol} type ${ports.from}`];
  return [`${protocol} dport ${ports.from}-${ports.to}`];
}
