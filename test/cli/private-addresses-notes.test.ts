import { describe, expect, test } from 'vitest';
import { privateAddressesNotes } from '#cli/notes/private-addresses-notes.ts';
import { load, siteFile } from '../topology/files.ts';
import { example } from '../vyos/topologies.ts';

/** The public address of tokyo-1. */
const withAddress = (publicAddress: string) => {
  const tokyo = siteFile('tokyo', 1);
  const [active] = Object.values(tokyo.routers);
  return load({
    name: 'alone',
    sites: { tokyo: { ...tokyo, routers: { ...tokyo.routers, 'tokyo-1': { ...active, publicAddress } } } },
    farEnds: FAR,
  });
};
const FAR = {
  'osaka-dc': { publicAddress: '192.0.2.50', asn: 65100, networks: ['198.18.0.0/16'], loopback: '10.254.0.1' },
};

describe('a public address', () => {
  test.each(['10.9.0.1', '172.16.9.1', '172.31.255.254', '192.168.1.1', '100.64.0.1', '100.127.255.254'])(
    'that the Internet does not route is noted, with what it requires: %s',
    (address) => {
      expect(privateAddressesNotes(withAddress(address))).toEqual([
        `router tokyo-1: the Internet does not route its publicAddress ${address}. State its Elastic IP, or make sure that the other ends of its tunnels ` +
          'reach this address over VPC peering, a transit gateway or Direct Connect.',
      ]);
    },
  );

  test.each([
    '203.0.113.10',
    '9.255.255.255',
    '11.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '100.63.255.255',
    '100.128.0.0',
  ])('that it does is not: %s', (address) => expect(privateAddressesNotes(withAddress(address))).toEqual([]));

  test('of a far end is noted as well', () => {
    const farEnds = { 'osaka-dc': { ...FAR['osaka-dc'], publicAddress: '192.168.9.1' } };
    const topology = load({ name: 'alone', sites: { tokyo: siteFile('tokyo', 1) }, farEnds });
    expect(privateAddressesNotes(topology)).toEqual([expect.stringMatching(/^far end osaka-dc: .* 192\.168\.9\.1\./)]);
  });

  test('that is created has no note', () => {
    expect(privateAddressesNotes(example('created'))).toEqual([]);
  });
});
