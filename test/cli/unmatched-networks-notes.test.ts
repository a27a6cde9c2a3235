import { describe, expect, test } from 'vitest';
import { unmatchedNetworksNotes } from '#cli/notes/unmatched-networks-notes.ts';
import type { ManagedTable } from '#topology/topology.ts';
import { load, siteFile } from '../topology/files.ts';

const topology = load({
  name: 'alone',
  sites: { tokyo: siteFile('tokyo', 1) },
  farEnds: {
    'osaka-dc': {
      publicAddress: '192.0.2.50',
      asn: 65100,
      networks: ['172.16.0.0/16', '192.168.40.0/22'],
      loopback: '10.254.0.1',
    },
  },
});
const [tokyo] = topology.sites;
if (tokyo === undefined) throw new Error('no site');
const own = tokyo.vpc.cidrs[0] ?? '';

const notes = (...destinations: readonly string[]) => {
  const table: ManagedTable = { id: 'rtb-00000001', destinations, edge: false };
  const edge: ManagedTable = { id: 'rtb-00000002', destinations: ['10.99.0.0/24'], edge: true };
  return unmatchedNetworksNotes(topology, { ...tokyo, routeTables: [table, edge] });
};

describe('the destinations of the route tables and the networks behind the tunnels', () => {
  test.each([
    ['the default destinations', ['172.16.0.0/16', '192.168.40.0/22']],
    ['a wider network', ['172.16.0.0/12', '192.168.0.0/16']],
    ['a part of them', ['172.16.1.0/24', '192.168.40.0/22']],
    ['a default route', ['0.0.0.0/0']],
    ['a prefix list, whose content is not known', ['pl-0a1b2c3d4e5f60031']],
    ['a destination inside the own VPC beside them', ['172.16.0.0/12', '192.168.0.0/16', own]],
    ['IPv6, which has its own note', ['172.16.0.0/12', '192.168.0.0/16', '2001:db8::/56']],
  ])('agree with %s', (_, destinations) => {
    expect(notes(...destinations)).toEqual([]);
  });

  test('a destination without a site or far end is named', () => {
    expect(notes('172.16.0.0/16', '192.168.40.0/22', '172.99.0.0/16')).toEqual([
      'site tokyo: no other site or far end has 172.99.0.0/16, so the generated configuration has no route there. ' +
        'Correct the destination, or add a route to the routers yourself.',
    ]);
  });

  test('a network of a far end without a destination is named', () => {
    expect(notes('172.16.0.0/16')).toEqual([
      'site tokyo: no route table has a route to 192.168.40.0/22 (osaka-dc), so hosts of the VPC cannot reach this network. ' +
        'Add it to the destinations of the route tables that need it.',
    ]);
  });
});
