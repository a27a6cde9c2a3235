import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { accountOf } from '#demo/account-of-topology.ts';
import { wayOut } from '#demo/scenario.ts';
import { statesOf } from '#emulator/ec2/fixture.ts';
import { Parameters } from '#emulator/ec2/parameters.ts';
import { replaceRoute } from '#emulator/ec2/routes.ts';
import { existingTopology } from '#topology/existing-topology.ts';
import { loadTopology } from '#topology/load.ts';
import type { Topology } from '#topology/topology.ts';

const EXAMPLES = readdirSync('examples').filter((file) => file.endsWith('.yaml'));

function read(file: string): Topology {
  const { topology } = loadTopology(readFileSync(`examples/${file}`, 'utf8'), file);
  if (topology === undefined) throw new Error(`${file} has mistakes`);
  return existingTopology(topology);
}

function destinationOf(destination: string) {
  if (destination.startsWith('pl-')) return { DestinationPrefixListId: destination };
  return destination.includes(':') ? { DestinationIpv6CidrBlock: destination } : { DestinationCidrBlock: destination };
}

/** For what starts and stops instances, which routes do not. */
const noLifecycle = { lifecycle: undefined as never, operation: undefined as never };

/** What EC2 says to the same calls as a swap makes; empty: it replaces every route. */
function refusals(topology: Topology): string[] {
  const states = statesOf(
    accountOf(topology, () => undefined),
    0,
  );
  return topology.sites.flatMap(({ region, routeTables, routers }) =>
    routeTables.flatMap(({ id, destinations }) =>
      destinations.flatMap((destination) => {
        const state = states.get(region);
        if (state === undefined) return [`no region ${region}`];
        const call = { RouteTableId: id, NetworkInterfaceId: routers.standby.eni, ...destinationOf(destination) };
        try {
          replaceRoute.run(new Parameters(call), state, noLifecycle);
          return [];
        } catch (error) {
          return [`${id} ${destination}: ${String(error)}`];
        }
      }),
    ),
  );
}

it.each(EXAMPLES)('EC2 as it is emulated moves every managed route of %s, those of gateway tables too', (file) => {
  expect(refusals(read(file))).toEqual([]);
});

it('the gateway tables of a site are associated with its internet gateway, then its virtual private gateway', () => {
  const { regions } = accountOf(read('edge-tables.yaml'), () => undefined);
  expect(regions['ap-northeast-1']?.routeTables.map(({ gateway }) => gateway)).toEqual([
    'igw-0c1b2c3d4e5f60020',
    undefined,
    undefined,
  ]);
});

it.each(EXAMPLES)('the demo pings by a table of subnets, never by a gateway’s: %s', (file) => {
  const { sites } = read(file);
  const [here, there] = sites;
  if (here === undefined || there === undefined) return;
  const tables = here.routeTables.filter(({ edge }) => !edge).map(({ id }) => id);
  expect(tables).toContain(wayOut(here, there)?.table);
});
