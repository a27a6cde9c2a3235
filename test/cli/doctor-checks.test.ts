import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ControlledTable } from '#aws/controlled-tables.ts';
import { CHECKS } from '#cli/doctor/registry.ts';
import type { RouterFindings } from '#contracts/examination.ts';
import type { ManagedRoute } from '#failover/site.ts';
import { loadTopology } from '#topology/load.ts';
import { ALONE, UP } from '../failover/situation.ts';
import { examplesFolder } from './command-line.ts';
import { ExaminedSite, PSK } from './examined-site.ts';

let site: ExaminedSite;
beforeEach(() => {
  site = new ExaminedSite();
});

type World = ExaminedSite['asked']['world'];

/** One planted fault: the check that must name it, and where. */
interface Fault {
  readonly id: string;
  readonly where: string;
  readonly plant: (site: ExaminedSite, world: World) => void;
  /** In the finding. */
  readonly says: RegExp;
}

const ROUTE = 'rtb-0a1b2c3d4e5f60022 10.2.0.0/20';
const shows = (change: Partial<RouterFindings>) => (of: ExaminedSite) => void (of.shows['tokyo-1'] = change);
const ec2 = (change: object) => (_: ExaminedSite, world: World) => {
  world.ec2['tokyo-2'] = { ...world.ec2['tokyo-2'], ...change } as never;
};
const stores = (change: object) => (_: ExaminedSite, world: World) => {
  world.stored = { ...world.stored, ...change };
};
const topic = (change: Partial<ExaminedSite['cloud']['subscriptions'][number]>[]) => (of: ExaminedSite) => {
  of.cloud.subscriptions = change.map((each) => ({
    protocol: 'email',
    endpoint: 'noc@example.com',
    state: 'confirmed',
    ...each,
  }));
};
const key = (region: string, change: ExaminedSite['keys'][string]) => (of: ExaminedSite) =>
  void (of.keys[`${region} ${PSK}`] = change);

const tables = (change: (table: ControlledTable) => ControlledTable) => (of: ExaminedSite) => {
  of.cloud.controlled = of.cloud.controlled.map(change);
};
const sums =
  (...planted: ExaminedSite['cloud']['sums']) =>
  (of: ExaminedSite) =>
    void of.cloud.sums.push(...planted);

const FAULTS: readonly Fault[] = [
  { id: 'store-unreachable', where: 'tokyo', plant: (_, world) => void (world.storeDown = true), says: /DynamoDB/ },
  { id: 'probe-missing', where: 'tokyo', plant: stores({ probes: [] }), says: /no round yet/ },
  { id: 'ec2-unreadable', where: 'tokyo-2', plant: ec2({ instance: 'unknown' }), says: /cannot read/ },
  { id: 'route-missing', where: ROUTE, plant: (_, world) => void world.targets.delete(ROUTE), says: /MISSING/ },
  {
    id: 'route-blackhole',
    where: ROUTE,
    plant: (_, world) => {
      const tools = world.tools.bind(world);
      const dead = async (routes: readonly ManagedRoute[]) =>
        (await tools({}).describeRoutes(routes)).map((each) =>
          each.table.endsWith('22') ? { ...each, state: 'blackhole' } : each,
        );
      world.tools = ((change: object) => tools({ ...change, describeRoutes: dead })) as never;
    },
    says: /blackhole/,
  },
  { id: 'route-foreign', where: ROUTE, plant: (_, world) => void world.targets.set(ROUTE, 'igw-1'), says: /igw-1/ },
  {
    id: 'routes-split',
    where: 'tokyo',
    plant: (_, world) => void world.targets.set(ROUTE, world.site.routers.standby.eni),
    says: /both routers/,
  },
  {
    id: 'swap-unfinished',
    where: 'tokyo',
    plant: stores({
      epoch: 7,
      unfinished: { epoch: 7, to: 'eni-0', reason: 'owner-left', remaining: { count: 2, digest: '' } },
    }),
    says: /swap 7 is not finished, 2 of its routes are left/,
  },
  {
    id: 'swap-unfinished',
    where: 'tokyo',
    plant: (_, world) => {
      const { eni } = world.site.routers.standby;
      const unfinished = { epoch: 7, to: eni, reason: 'switchover' };
      world.stored = { ...world.stored, epoch: 7, leasedUntil: world.now - 60_000, unfinished };
    },
    says: /swap 7 is not recorded as finished, and no route is at its target/,
  },
  { id: 'instance-not-running', where: 'tokyo-2', plant: ec2({ instance: 'stopped' }), says: /stopped/ },
  { id: 'interface-detached', where: 'tokyo-2', plant: ec2({ interface: 'detached' }), says: /detached/ },
  { id: 'source-dest-check', where: 'tokyo-2', plant: ec2({ sourceDestCheck: true }), says: /is on/ },
  { id: 'status-check', where: 'tokyo-2', plant: ec2({ statusChecks: 'impaired' }), says: /impaired/ },
  { id: 'instance-id', where: 'tokyo-2', plant: ec2({ attachedTo: 'i-0other' }), says: /i-0other/ },
  {
    id: 'agent-silent',
    where: 'tokyo-2',
    plant: ({ asked }) => asked.probe({ 'tokyo-1': 1, 'tokyo-2': null }),
    says: /Systems Manager/,
  },
  {
    id: 'no-path',
    where: 'tokyo-2',
    plant: ({ asked }) => asked.probe({ 'tokyo-1': 1, 'tokyo-2': 0 }),
    says: /none of its 1 eBGP/,
  },
  {
    id: 'session-down',
    where: 'tokyo-1',
    plant: (_, world) => {
      const two = { ...UP, tunnels: { configured: 2, established: 1, receiving: 1, unreadable: 0 } };
      world.hasSaid('tokyo-1', world.now, two);
    },
    says: /1 of its 2 eBGP/,
  },
  {
    id: 'pair-session',
    where: 'tokyo',
    plant: (_, world) => {
      const alone = { ...ALONE, pairBfd: { status: 'down', hops: 'single' } } as const;
      const round = world.round(world.now - 5_000, { 'tokyo-1': alone, 'tokyo-2': alone });
      world.stored = { ...world.stored, probes: [...world.stored.probes, round] };
    },
    says: /iBGP session between tokyo-1 and tokyo-2/,
  },
  {
    id: 'contact-missing',
    where: 'tokyo-2',
    plant: (_, world) => {
      world.keepsContact = false;
      const { active } = world.site.routers;
      world.contacts[active.eni] = { instance: active.instance ?? '', content: { at: world.now } };
    },
    says: /never proven/,
  },
  {
    id: 'report-path',
    where: 'tokyo-1',
    plant: shows({ contact: { ok: false, says: 'HTTP 403: Forbidden' } }),
    says: /HTTP 403/,
  },
  { id: 'reporter-missing', where: 'tokyo-1', plant: shows({ contact: null }), says: /not installed/ },
  {
    id: 'unit-stopped',
    where: 'tokyo-1',
    plant: shows({ units: { 'vyos-failover-watch-bfd.service': 'inactive' } }),
    says: /watch-bfd.service is inactive/,
  },
  {
    id: 'clock-skew',
    where: 'tokyo-1',
    plant: (of, { now }) => shows({ beganAt: now + 40_000, endedAt: now + 40_000 })(of),
    says: /40 s ahead of/,
  },
  {
    id: 'trust-store',
    where: 'tokyo-1',
    plant: shows({ trust: { until: null } }),
    says: /no root certificate of Amazon/,
  },
  {
    id: 'trust-store',
    where: 'tokyo-1',
    plant: (of, { now }) => shows({ trust: { until: now - 86_400_000 } })(of),
    says: /^the last root certificate of Amazon in its store has expired$/,
  },
  { id: 'disk-full', where: 'tokyo-1', plant: shows({ disk: { free: 12 * 1024 ** 2 } }), says: /12 MB left/ },
  { id: 'agent-outdated', where: 'tokyo-1', plant: shows({ agent: '3.1.0.0' }), says: /3\.1\.0\.0/ },
  {
    id: 'programs-outdated',
    where: 'tokyo-1',
    plant: (_, world) => {
      const [hash, other] = ['a'.repeat(64), 'b'.repeat(64)];
      const round = world.round(world.now - 5_000, { 'tokyo-1': UP, 'tokyo-2': UP });
      const { eni } = world.site.routers.active;
      const reading = { ...round.readings[eni], programs: { version: '0.1.0', sha256: other } } as never;
      world.stored = { ...world.stored, probes: [{ ...round, readings: { ...round.readings, [eni]: reading } }] };
      const deployed = JSON.stringify({ programs: { version: '0.2.0', sha256: hash } });
      const tools = world.tools.bind(world);
      world.tools = ((change: object) =>
        tools({ ...change, bootParameters: async () => ({ 'tokyo-1': deployed }) })) as never;
    },
    says: /version 0\.1\.0/,
  },
  {
    id: 'key-missing',
    where: PSK,
    plant: key('ap-northeast-1', null),
    says: /no such SSM parameter in ap-northeast-1/,
  },
  { id: 'key-differs', where: PSK, plant: key('us-east-1', { value: 'b3RoZXI' }), says: /different values/ },
  { id: 'key-unfit', where: PSK, plant: key('ap-northeast-1', { encrypted: false }), says: /not a SecureString/ },
  {
    id: 'key-denied',
    where: 'tokyo-1',
    plant: shows({ keys: { [PSK]: { fault: 'AccessDeniedException: not authorized' } } }),
    says: /AccessDenied/,
  },
  {
    id: 'key-unused',
    where: 'tokyo-1',
    plant: shows({ keys: { [PSK]: { mark: '1a2b', used: false } } }),
    says: /does not use/,
  },
  {
    id: 'config-drift',
    where: 'tokyo-2',
    plant: ({ asked }) => {
      const [standby, active] = asked.plan?.routers ?? [];
      asked.plan = { ...asked.plan, routers: [{ ...standby, commands: ['set system host-name x'] }, active] } as never;
    },
    says: /by 1 command/,
  },
  {
    id: 'push-unfinished',
    where: 'tokyo',
    plant: (_, world) => {
      const { now } = world;
      const applying = {
        router: 'tokyo-1',
        attempt: 'run-7',
        state: 'broken',
        undoneBy: now,
        commands: 3,
        lines: [],
        others: [],
      };
      world.push = {
        id: 'p',
        by: 'bob',
        at: now,
        run: 'r',
        leasedUntil: 0,
        done: [],
        finished: false,
        applying,
      } as never;
    },
    says: /tokyo-1 is broken/,
  },
  {
    id: 'replace-refused',
    where: ROUTE,
    plant: (_, world) => {
      // Each of the two routes is asked about twice.
      const refusal = { kind: 'final', code: 'UnauthorizedOperation', message: 'You are not authorized' } as const;
      world.faults = [refusal, refusal, refusal, refusal];
    },
    says: /UnauthorizedOperation/,
  },
  {
    id: 'security-group',
    where: 'tokyo-1',
    plant: ({ cloud }) => {
      const https = { protocol: 'tcp', from: 443, to: 443, cidrs: ['0.0.0.0/0'], groups: [], hasPrefixLists: false };
      cloud.rules['eni-0a1b2c3d4e5f60011'] = { groups: ['sg-9'], inbound: [https] };
    },
    says: /\(sg-9\) lets in UDP 4500 from 198\.51\.100\./,
  },
  {
    id: 'network-acl',
    where: 'tokyo-1',
    plant: ({ cloud }) => {
      const rule = { egress: false, allow: true, protocol: '-1', cidr: '0.0.0.0/0', from: undefined, to: undefined };
      const deny = { ...rule, number: 50, allow: false, protocol: '17', cidr: '198.51.100.0/24', from: 500, to: 4500 };
      const rules = [deny, { ...rule, number: 100 }, { ...rule, number: 100, egress: true }];
      cloud.acls['eni-0a1b2c3d4e5f60011'] = { id: 'acl-9', rules };
    },
    says: /network ACL acl-9 of its subnet denies UDP 4500 from 198\.51\.100\./,
  },
  {
    id: 'alarm-raised',
    where: 'tokyo-1',
    plant: ({ cloud }) => {
      const name = 'vyos-failover-tokyo-virginia--tokyo--status-check--tokyo-1';
      const isIt = (alarm: { readonly name: string }) => alarm.name === name;
      cloud.alarms = cloud.alarms.map((each) => (isIt(each) ? { ...each, state: 'ALARM', since: 0 } : each));
    },
    says: /alarm status-check \(degraded\) is raised since 1970-01-01 00:00:00Z: EC2's status check of tokyo-1 fails/,
  },
  {
    id: 'alarm-missing',
    where: 'tokyo',
    plant: ({ cloud }) => void cloud.alarms.pop(),
    says: /^1 alarm of the site does not exist: vyos-failover-/,
  },
  {
    id: 'lambda-concurrency',
    where: 'tokyo',
    plant: ({ cloud }) => void (cloud.concurrency = { limit: 10, unreserved: 0 }),
    says: /runs 10 functions/,
  },
  {
    id: 'api-quota',
    where: 'tokyo',
    plant: ({ cloud }) => void (cloud.quotas = { ...cloud.quotas, apiRequests: 2_500 }),
    says: /accepts 2500 requests a second for the account in ap-northeast-1/,
  },
  {
    id: 'route-quota',
    where: 'rtb-0a1b2c3d4e5f60022',
    plant: tables((each) => (each.id.endsWith('22') ? { ...each, ipv6: 450 } : each)),
    says: /has 450 of at most 500 IPv6 routes/,
  },
  {
    id: 'throttle-shared',
    where: 'tokyo',
    plant: ({ cloud }) => {
      const of = (pair: number) => ({
        controller: `vyos-failover-wan--pair-${pair}`,
        ipv4: 12,
        ipv6: 0,
        atInterfaces: 10,
      });
      cloud.controlled.push(...Array.from({ length: 99 }, (_, pair) => ({ id: `rtb-${pair}`, ...of(pair) })));
    },
    says: /^100 pairs of the account .* their 992 routes take 3 min 8 s at least, and .* of the last pair 10 s$/,
  },
  {
    id: 'throttled',
    where: 'tokyo',
    plant: sums({
      namespace: 'AWS/Lambda',
      name: 'Throttles',
      dimensions: { FunctionName: 'vyos-failover-tokyo-virginia--tokyo--route-swap' },
      sum: 12,
    }),
    says: /^Lambda has throttled route-swap 12 times in the last 24 hours$/,
  },
  { id: 'subscription-missing', where: 'tokyo', plant: topic([]), says: /notifies nobody/ },
  {
    id: 'subscription-pending',
    where: 'tokyo',
    plant: topic([{ state: 'pending' }]),
    says: /email noc@example\.com has not/,
  },
  {
    id: 'subscription-pending',
    where: 'tokyo',
    plant: topic([{ state: 'ended' }, { endpoint: 'ann@example.com' }]),
    says: /^the subscription of email noc@example\.com was ended by the link in a message/,
  },
  { id: 'subscription-missing', where: 'tokyo', plant: topic([{ state: 'ended' }]), says: /notifies nobody/ },
  {
    id: 'scheduled-event',
    where: 'tokyo-2',
    plant: ec2({ events: [{ code: 'instance-retirement', description: '', notBefore: Date.UTC(2026, 11, 1) }] }),
    says: /instance-retirement/,
  },
  {
    id: 'paused',
    where: 'tokyo',
    plant: (of, world) =>
      stores({ pause: { since: 0, until: world.now + 60_000, by: 'ann', reason: 'work' } })(of, world),
    says: /ann has paused/,
  },
  {
    id: 'maintenance',
    where: 'tokyo-2',
    plant: (of, world) => {
      const maintenance = { [world.site.routers.standby.eni]: { since: 0, by: 'ann', reason: 'new image' } };
      stores({ maintenance })(of, world);
    },
    says: /new image/,
  },
  { id: 'version-skew', where: 'tokyo', plant: ({ asked }) => void (asked.version = '0.1.9'), says: /0\.1\.9/ },
  {
    id: 'topology-differs',
    where: 'tokyo',
    plant: (_, world) => void Object.assign(world.site, { policy: { ...world.site.policy, holdDownMs: 1 } }),
    says: /differs/,
  },
];

describe('doctor', () => {
  it.each(FAULTS)('names $id', async ({ id, where, plant, says }) => {
    plant(site, site.asked.world);
    const { exitCode, healthy, findings } = await site.examine();
    const found = findings.filter((each) => each.id === id && says.test(each.says));
    expect(found.map((each) => each.where)).toContain(where);
    expect(found[0]?.remedy).toMatch(/^[A-Z].*[^ ]$/);
    expect([exitCode, healthy]).toEqual([3, false]);
  });

  it('has a planted fault for each check', () => {
    // 200 routes are more than the example has: its own test is below.
    const planted = new Set([...FAULTS.map(({ id }) => id), 'swap-slow']);
    expect([...planted].toSorted()).toEqual(CHECKS.map(({ id }) => id).toSorted());
  });

  it('expects nothing of a network ACL for a pair in one subnet', () => {
    const text = readFileSync(join(examplesFolder, 'tokyo-virginia.yaml'), 'utf8')
      .replace('10.1.101.0/24', '10.1.100.0/24')
      .replace('10.1.101.10', '10.1.100.11');
    const { topology } = loadTopology(text, 'tokyo-virginia.yaml');
    const siteRef = { topology, site: topology?.sites.find(({ name }) => name === 'tokyo') };
    const all = { allow: true, protocol: '-1', cidr: '0.0.0.0/0', from: undefined, to: undefined };
    const within = { ...all, number: 50, allow: false, cidr: '10.0.0.0/8' };
    const rules = [false, true].flatMap((egress) =>
      [within, { ...all, number: 100 }].map((each) => ({ ...each, egress })),
    );
    const fact = { 'eni-0a1b2c3d4e5f60011': { id: 'acl-9', rules }, 'eni-0a1b2c3d4e5f60012': { id: 'acl-9', rules } };
    const acls = { ok: true, fact };
    const check = CHECKS.find(({ id }) => id === 'network-acl');
    expect(check?.check({ acls, siteRef } as never)).toEqual({ found: [] });
  });

  it('names swap-slow', () => {
    const check = CHECKS.find(({ id }) => id === 'swap-slow');
    const routes = Array.from({ length: 500 });
    expect(
      check?.check({ next: () => 'x', view: { name: 'tokyo' }, observation: { site: { routes } } } as never).found,
    ).toMatchObject([{ says: expect.stringMatching(/500 routes take 90 s/) as string }]);
  });

  it('names what AWS throttled for the site, and nothing of another one', async () => {
    const table = (TableName: string) => ({
      namespace: 'AWS/DynamoDB',
      name: 'WriteThrottleEvents',
      dimensions: { TableName },
    });
    const action = (Action: string) => ({
      namespace: 'AWS/EC2/API',
      name: 'RequestLimitExceeded',
      dimensions: { Action },
    });
    const own = 'vyos-failover-tokyo-virginia--tokyo-SiteTable0A1B-1C2D3E';
    const dimensions = { topology: 'tokyo-virginia', site: 'tokyo' };
    sums(
      { ...table(own), sum: 3 },
      { ...table('vyos-failover-tokyo-virginia--tokyo-2-SiteTable0A1B-1C2D3E'), sum: 4 },
      { ...table('Orders-2026'), sum: 9 },
      { ...action('ReplaceRoute'), sum: 312 },
      { ...action('RunInstances'), sum: 5 },
      { namespace: 'vyos-failover', name: 'ApiThrottled', dimensions, sum: 1 },
      { namespace: 'vyos-failover', name: 'ApiThrottled', dimensions: { ...dimensions, site: 'virginia' }, sum: 6 },
    )(site);
    const { findings } = await site.examine();
    expect(findings.map(({ id, says }) => `${id}: ${says}`).toSorted()).toEqual(
      [
        'throttled: API Gateway has throttled requests of routers once in the last 24 hours',
        'throttled: EC2 has throttled ReplaceRoute 312 times in the last 24 hours',
        `throttled: DynamoDB has throttled requests for ${own} 3 times in the last 24 hours`,
      ].toSorted(),
    );
  });
});
