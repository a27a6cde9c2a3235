import { describe, expect, test } from 'vitest';
import { overlaps } from '#topology/checks/overlaps.ts';
import { type Network, parseNetwork } from '#topology/networks.ts';
import { freeTunnelNetworks } from '#topology/tunnel-networks.ts';

function network(cidr: string): Network {
  const found = parseNetwork(cidr);
  if (found === undefined) throw new Error(cidr);
  return found;
}

describe('free tunnel networks', () => {
  test('exclude all of 169.254.169.0/24, the network of the metadata service', () => {
    const free = freeTunnelNetworks(12_000, []);
    expect(free).toHaveLength(12_000);
    expect(free.filter((cidr) => cidr.startsWith('169.254.169.'))).toEqual([]);
    expect(free).toEqual(expect.arrayContaining(['169.254.168.252/30', '169.254.170.0/30']));
  });

  test('exclude networks in use, larger or smaller ones', () => {
    const used = ['169.254.10.0/29', '169.254.10.13/32', '169.254.10.16/31', '10.0.0.0/8', '2001:db8::/32'].map(
      network,
    );
    expect(freeTunnelNetworks(3, used)).toEqual(['169.254.10.8/30', '169.254.10.20/30', '169.254.10.24/30']);
  });

  test('are limited in number', () => {
    expect(freeTunnelNetworks(1_000_000, []).at(-1)).toBe('169.254.253.252/30');
  });
});

describe('overlaps', () => {
  const found = (...cidrs: string[]) =>
    overlaps(cidrs.map((cidr, line) => ({ value: network(cidr), path: [], line }))).map(
      ({ first, again }) => `${again.value.cidr} after ${first.value.cidr}`,
    );

  test('are found with the widest network, in any order', () => {
    expect(found('10.0.0.0/24', '10.0.0.0/16', '10.0.5.0/24')).toEqual([
      '10.0.0.0/16 after 10.0.0.0/24',
      '10.0.5.0/24 after 10.0.0.0/16',
    ]);
    expect(found('10.0.5.0/24', '10.0.0.0/16')).toEqual(['10.0.0.0/16 after 10.0.5.0/24']);
  });

  test('do not exist between adjacent networks, nor between IPv4 and IPv6', () => {
    expect(found('10.0.0.0/24', '10.0.1.0/24', '::/0')).toEqual([]);
  });
});
