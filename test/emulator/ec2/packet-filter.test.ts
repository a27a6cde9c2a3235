import { describe, expect, it } from 'vitest';
import type { Peer } from '#emulator/ec2/model/security-groups.ts';
import { allocateAddress, associateAddress } from '#emulator/ec2/operations/elastic-ip.ts';
import { createNetworkInterface } from '#emulator/ec2/operations/network-interface.ts';
import { createSecurityGroup } from '#emulator/ec2/operations/security-group.ts';
import { authorize, revoke } from '#emulator/ec2/operations/security-group-rule.ts';
import type { Packet } from '#emulator/ec2/packet-filter.ts';
import { frontSubnet, prefixList, region, vpc } from '../account.fixture.ts';
import { openEc2 } from './setup.ts';

const NEIGHBOR = '10.1.0.20';
const ROUTER = '10.1.0.10';
const PEER = '198.51.100.77';

/** A router whose group lets some of its peers in, and a neighbor in a group of its own. */
async function opened() {
  const { ec2 } = await openEc2();
  const group = (name: string) => ec2.perform(region, createSecurityGroup({ name, description: name, vpc, tags: {} }));
  const [routers, neighbors] = [group('routers'), group('neighbors')];
  const face = (address: string, groups: string[]) =>
    ec2.perform(
      region,
      createNetworkInterface({
        subnet: frontSubnet,
        address,
        groups,
        sourceDestCheck: false,
        description: '',
        tags: {},
      }),
    );
  const router = face(ROUTER, [routers.id]);
  face(NEIGHBOR, [neighbors.id]);
  const allow = (protocol: string, ports: [number, number] | undefined, peer: Peer) =>
    ec2.perform(
      region,
      authorize(routers.id, 'ingress', {
        protocol,
        ports: ports && { from: ports[0], to: ports[1] },
        peer,
        description: undefined,
      }),
    );
  allow('udp', [500, 500], { cidr: `${PEER}/32` });
  allow('50', undefined, { cidr: `${PEER}/32` });
  allow('icmp', [8, -1], { prefixList });
  allow('tcp', [179, 179], { group: neighbors.id });
  const { id, publicIp } = ec2.perform(region, allocateAddress({}));
  ec2.perform(region, associateAddress(id, router.id));
  const isAllowed = (packet: Packet) => ec2.isAllowed(region, packet);
  return { ec2, routers, publicIp, isAllowed };
}

describe('security groups', () => {
  it.each<[string, Packet, boolean]>([
    ['a port that a rule opens to this peer', { from: PEER, to: ROUTER, protocol: 'udp', port: 500 }, true],
    ['another port', { from: PEER, to: ROUTER, protocol: 'udp', port: 4500 }, false],
    ['the port from another peer', { from: '198.51.100.78', to: ROUTER, protocol: 'udp', port: 500 }, false],
    ['the port of another protocol', { from: PEER, to: ROUTER, protocol: 'tcp', port: 500 }, false],
    ['a protocol by number', { from: PEER, to: ROUTER, protocol: '50' }, true],
    ['a protocol by number where the rule has a name', { from: PEER, to: ROUTER, protocol: '17', port: 500 }, true],
    ['a message type from a prefix list', { from: '10.3.0.1', to: ROUTER, protocol: 'icmp', port: 8 }, true],
    ['another message type', { from: '10.3.0.1', to: ROUTER, protocol: 'icmp', port: 0 }, false],
    ['a member of a group that is named', { from: NEIGHBOR, to: ROUTER, protocol: 'tcp', port: 179 }, true],
    ['the same port from outside the group', { from: '10.1.0.30', to: ROUTER, protocol: 'tcp', port: 179 }, false],
    ['what the neighbor’s group does not open', { from: ROUTER, to: NEIGHBOR, protocol: 'tcp', port: 22 }, false],
    ['any address outside', { from: ROUTER, to: '8.8.8.8', protocol: 'tcp', port: 443 }, true],
  ])('%s', async (_what, packet, expected) => {
    const { isAllowed } = await opened();
    expect(isAllowed(packet)).toBe(expected);
  });

  it('filter by the Elastic IP address of an interface as by its private one', async () => {
    const { isAllowed, publicIp } = await opened();
    expect(isAllowed({ from: PEER, to: publicIp, protocol: 'udp', port: 500 })).toBe(true);
    expect(isAllowed({ from: PEER, to: publicIp, protocol: 'udp', port: 501 })).toBe(false);
  });

  it('let nothing out when their egress rules are gone', async () => {
    const { ec2, routers, isAllowed } = await opened();
    ec2.perform(
      region,
      revoke(routers.id, ({ direction }) => direction === 'egress'),
    );
    expect(isAllowed({ from: ROUTER, to: '8.8.8.8', protocol: 'tcp', port: 443 })).toBe(false);
  });
});
