import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eniOf, instanceOf } from '#demo/account-of-topology.ts';
import type { Account, RouteTableFixture } from '#emulator/account.ts';
import { routeState } from '#emulator/ec2/route-state.ts';
import type { Topology } from '#topology/topology.ts';
import { assembly, loaded, names, report, SiteUnderTest, tokyo } from './site-under-test.ts';

const MAIN = 'rtb-0a1b2c3d4e5f60021';
const MIXED = 'rtb-0a1b2c3d4e5f60022';
const SUBNET = 'rtb-0a1b2c3d4e5f60025';
const LIST = 'pl-0a1b2c3d4e5f60031';
const GATEWAY = 'igw-0a1b2c3d4e5f60041';
const VPN = 'vgw-0a1b2c3d4e5f60042';

const active = eniOf(tokyo.routers.active);
const standby = eniOf(tokyo.routers.standby);

/** The example, but Tokyo's tables have every kind of destination, and some that are not as the topology says. */
const TABLES = `    routeTables:
      - ${MAIN}
      - id: ${MIXED}
        destinations:
          [10.2.0.0/20, ${LIST}, "2001:db8:2::/56", 10.2.16.0/20, 10.2.32.0/20, 10.2.48.0/20, 10.2.64.0/20]
      - { id: ${SUBNET}, destinations: [0.0.0.0/0] }
`;
const OURS = [
  [MAIN, '10.2.0.0/20'],
  [MIXED, '10.2.0.0/20'],
  [MIXED, LIST],
  [MIXED, '2001:db8:2::/56'],
  [SUBNET, '0.0.0.0/0'],
] as const;
const FOREIGN = [
  [MIXED, '10.2.16.0/20', `is foreign: it points at ${GATEWAY}`],
  [
    MIXED,
    '10.2.32.0/20',
    `is MISSING, and traffic to 10.2.32.0/20 is lost; to restore it: aws ec2 create-route --region ${tokyo.region} --route-table-id ${MIXED} --destination-cidr-block 10.2.32.0/20 --network-interface-id ${active}`,
  ],
  [MIXED, '10.2.48.0/20', `is foreign: it is propagated (${VPN}), not static`],
  [MIXED, '10.2.64.0/20', `is foreign: it is advertised (${active}), not static`],
] as const;

let directory: string;
let built: Awaited<ReturnType<typeof assembly>>;
let topology: Topology;
let site: SiteUnderTest;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vyos-failover-topology-'));
  const text = readFileSync('examples/tokyo-virginia.yaml', 'utf8').replace(
    / {4}routeTables:\n.*\n.*\n(?= {4}detectors)/,
    TABLES,
  );
  const file = join(directory, 'topology.yaml');
  writeFileSync(file, text);
  topology = loaded(text, file);
  built = await assembly(file);
});
afterAll(() => {
  built.remove();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  site = await SiteUnderTest.start(built.directory, {
    of: topology,
    account: asFound,
    ec2: { times: { stoppingMs: 1 } },
  });
});
afterEach(() => site.close());

/** The account after changes by others. */
function asFound(account: Account): Account {
  const region = account.regions[tokyo.region];
  if (region === undefined) throw new Error('Tokyo is not there');
  const routeTables = region.routeTables.map((table): RouteTableFixture => {
    if (table.id === MAIN) return { ...table, main: true };
    if (table.id === SUBNET) return { ...table, subnets: region.subnets.slice(0, 1).map(({ id }) => id) };
    const kept = table.routes.filter(({ destination }) => !FOREIGN.some(([, theirs]) => theirs === destination));
    const found: RouteTableFixture['routes'] = [
      { destination: '10.2.16.0/20', target: GATEWAY },
      { destination: '10.2.48.0/20', target: VPN, origin: 'EnableVgwRoutePropagation' },
      { destination: '10.2.64.0/20', target: active, origin: 'Advertisement' },
      // Beside the static route to the same destination, which wins.
      { destination: '10.2.0.0/20', target: VPN, origin: 'EnableVgwRoutePropagation' },
    ];
    return { ...table, routes: [...found, ...kept] };
  });
  return { ...account, regions: { ...account.regions, [tokyo.region]: { ...region, routeTables } } };
}

function routesIn(table: string, destination: string) {
  const { routeTables } = site.emulator.ec2.state(tokyo.region);
  return routeTables.get(table)?.routes.filter((route) => route.destination === destination) ?? [];
}

const named = ([table, destination]: readonly [string, string, ...unknown[]]) => ({ table, destination });

describe('a failover over every kind of route', () => {
  it('moves IPv4, IPv6, prefix-list and default routes, in the main table, a subnet’s table and a table without association; names foreign ones, changes none of them, and raises an alarm', async () => {
    const before = FOREIGN.map(([table, destination]) => routesIn(table, destination));
    const { status, body } = await site.post(report());
    expect([status, body['outcome'], body['moved']]).toEqual([200, 'swapped', OURS.map(named)]);
    for (const [table, destination] of OURS) {
      const statics = routesIn(table, destination).filter(({ origin }) => origin === 'CreateRoute');
      expect(statics.map(({ target }) => target)).toEqual([standby]);
    }
    expect(body['foreign']).toEqual(FOREIGN.map(named));
    expect(FOREIGN.map(([table, destination]) => routesIn(table, destination))).toEqual(before);
    expect(routesIn(MIXED, '10.2.0.0/20').map(({ target }) => target)).toContain(VPN);
    const alarm = { name: `${names.stack}--foreign-routes`, state: 'ALARM' };
    await expect.poll(() => site.emulator.alarms).toContainEqual(expect.objectContaining(alarm));
  });

  it('names the fault of each foreign route in a rehearsal, and moves a route whose target has gone: blackhole is no reason to leave it', async () => {
    const { payload } = await site.emulator.invoke(names.routeSwap, { action: 'rehearse' });
    expect(payload).toMatchObject({ ready: false });
    for (const [table, destination, why] of FOREIGN) {
      expect((payload as { problems: string[] }).problems).toContain(`managed route ${table} ${destination} ${why}`);
    }

    site.emulator.ec2.lifecycle.stop(tokyo.region, instanceOf(tokyo.routers.active));
    const states = () =>
      OURS.flatMap(([table, destination]) => routesIn(table, destination))
        .filter(({ target }) => target === active)
        .map((route) => routeState(route, site.emulator.ec2.state(tokyo.region)));
    await expect.poll(states).toEqual(OURS.map(() => 'blackhole'));
    expect((await site.post(report())).body).toMatchObject({ outcome: 'swapped', moved: OURS.map(named) });
    expect(states()).toEqual([]);
  });
});
