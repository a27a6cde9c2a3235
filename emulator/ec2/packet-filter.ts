import { contains } from './cidr.ts';
import type { NetworkInterface } from './model/networks.ts';
import type { Peer, Permission, SecurityGroupRule } from './model/security-groups.ts';
import { elasticIpOn, type RegionState } from './state.ts';

/** The first packet of a flow. */
export interface Packet {
  /** Source address. */
  readonly from: string;
  /** Destination address. */
  readonly to: string;
  /** `tcp`, `udp`, `icmp`, or a protocol number, e.g. `50` for ESP. */
  readonly protocol: string;
  /** Destination port, or the type of an ICMP message. Omitted: the protocol has none. */
  readonly port?: number;
}

/**
 * Whether the security groups at both ends let a packet through. They are stateful: the answers to an allowed packet are
 * allowed as well. An end that is no interface of the region, or one without a group, filters nothing.
 *
 * An interface is found by its private address or its Elastic IP address. A rule that names a group matches the private
 * address of its members alone: "we do not match public addresses"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html, "Security group referencing").
 */
export function isAllowed(state: RegionState, packet: Packet): boolean {
  const [source, destination] = [interfaceAt(packet.from, state), interfaceAt(packet.to, state)];
  return (
    passes(source, 'egress', { ...packet, peer: packet.to }, state) &&
    passes(destination, 'ingress', { ...packet, peer: packet.from }, state)
  );
}

/** All permissions of an interface in one direction, of all its groups. */
export function permissionsOf(
  { groups }: NetworkInterface,
  direction: SecurityGroupRule['direction'],
  { securityGroups }: RegionState,
): Permission[] {
  return groups.flatMap((id) =>
    (securityGroups.get(id)?.rules ?? []).flatMap((rule) => (rule.direction === direction ? [rule.permission] : [])),
  );
}

function passes(
  at: NetworkInterface | undefined,
  direction: SecurityGroupRule['direction'],
  packet: Packet & { readonly peer: string },
  state: RegionState,
): boolean {
  if (at === undefined || at.groups.length === 0) return true;
  return permissionsOf(at, direction, state).some(
    (permission) =>
      matchesProtocol(permission.protocol, packet.protocol) &&
      matchesPort(permission, packet.port) &&
      matchesPeer(permission.peer, packet.peer, state),
  );
}

/** Protocol numbers of the names that EC2 takes: https://www.iana.org/assignments/protocol-numbers */
const NUMBERS: Readonly<Record<string, string>> = { icmp: '1', tcp: '6', udp: '17', icmpv6: '58' };

function matchesProtocol(allowed: string, protocol: string): boolean {
  const numberOf = (name: string) => NUMBERS[name] ?? name;
  return allowed === '-1' || numberOf(allowed) === numberOf(protocol);
}

/** For ICMP the two numbers are type and code, -1 for all; the code is ignored. */
function matchesPort({ protocol, ports }: Permission, port: number | undefined): boolean {
  if (ports === undefined || ports.from === -1) return true;
  if (protocol.startsWith('icmp')) return port === ports.from;
  return port !== undefined && ports.from <= port && port <= ports.to;
}

function matchesPeer(peer: Peer, address: string, state: RegionState): boolean {
  if ('cidr' in peer) return contains(peer.cidr, address);
  if ('prefixList' in peer) {
    const entries = state.prefixLists.get(peer.prefixList)?.entries ?? [];
    return entries.some(({ cidr }) => contains(cidr, address));
  }
  return [...state.interfaces.values()].some((each) => each.address === address && each.groups.includes(peer.group));
}

function interfaceAt(address: string, state: RegionState): NetworkInterface | undefined {
  return [...state.interfaces.values()].find(
    (each) => each.address === address || elasticIpOn(state, each.id)?.publicIp === address,
  );
}
