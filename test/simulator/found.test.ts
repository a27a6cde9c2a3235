import { expect, test } from 'vitest';
import { OVERRIDES } from '#failover/trigger.ts';
import type { Schedule } from '#simulator/schedule.ts';
import { simulate } from '#simulator/simulate.ts';
import { MANY_ROUTES, PLAIN, UNDONE_SWITCHOVER, UNSTORED_HEARTBEATS } from './schedules.ts';

const six: Schedule['routes'] = ['a', 'a', 'a', 'a', 'a', 'a'];

/** What differs from `PLAIN`. */
type Found = Partial<Omit<Schedule, 'policy'>> & { readonly policy?: Partial<Schedule['policy']> };

/** Smallest schedules that once violated an invariant. Each fails on the product, or the invariants, of that time. */
const FOUND: Readonly<Record<string, Found>> = {
  'a pause that somebody ended does not come back with the probe’s warning': {
    seed: 1,
    deadAtEnd: 'a',
    probeAt: 9_100,
    events: [{ at: 150_000, kind: 'pause', forMs: 600_000 }],
  },
  'a person’s word ends a swap that died before it moved anything': {
    seed: 2118,
    policy: { mode: 'observe' },
    events: [
      { at: 50_000, kind: 'crash', afterSteps: 6 },
      { at: 51_000, kind: 'switchover', to: 'b', overrides: OVERRIDES },
    ],
  },
  'a swap that a person took over is in the history': {
    seed: 1343,
    probeAt: 2_646,
    events: [
      { at: 42_940, kind: 'crash-any', afterSteps: 9 },
      { at: 60_118, kind: 'pair-partitioned', site: 'tokyo', forMs: 2_000 },
      { at: 109_146, kind: 'switchover', to: 'b', overrides: [] },
    ],
  },
  'a swap whose target died before anything moved is given up': {
    seed: 3462,
    policy: { holdDownMs: 30_000, maxSwapsPerHour: 1 },
    deadAtEnd: 'b',
    probeAt: 42_534,
    events: [
      { at: 15_698, kind: 'crash', afterSteps: 6 },
      { at: 18_567, kind: 'tunnels-down', router: 'a', forMs: 150_000 },
      { at: 131_869, kind: 'stop', router: 'b' },
    ],
  },
  'a router that hung during a pause loses the routes after it: a report that is only noted is asked again': {
    seed: 1874,
    policy: { holdDownMs: 30_000, maxSwapsPerHour: 1 },
    staleMs: 300,
    deadAtEnd: 'a',
    deadHow: 'hung',
    probeAt: 10_513,
    events: [
      { at: 58_252, kind: 'pause', forMs: 600_000 },
      { at: 82_087, kind: 'hang', router: 'a' },
    ],
  },
  'a heartbeat that the store took long to take does not displace a newer one of a clock that is ahead': {
    seed: 717_230,
    policy: { prefer: 'safety', holdDownMs: 60_000, maxSwapsPerHour: 2 },
    heartbeatMs: 5_000,
    staleMs: 1_000,
    probeAt: 20_797,
    events: [
      { at: 129_969, kind: 'store-down', forMs: 45_000 },
      { at: 146_157, kind: 'store-loses-answers', calls: 6 },
      { at: 151_501, kind: 'clock-off', router: 'b', byMs: 8_000 },
      { at: 161_624, kind: 'hang', router: 'a' },
    ],
  },
  'however short hold-down is, two routers that lose sight of each other move the routes once': {
    seed: 178,
    policy: { holdDownMs: 30_000 },
    probeAt: 56_843,
    events: [{ at: 19_640, kind: 'pair-partitioned', site: 'tokyo', forMs: 90_000 }],
  },
  'a pause is set aside by its own name, in a site that only observes, too': {
    seed: 184,
    policy: { mode: 'off', holdDownMs: 30_000, maxSwapsPerHour: 2 },
    probeAt: 19_000,
    events: [
      { at: 105_000, kind: 'pause', forMs: 60_000 },
      { at: 116_527, kind: 'switchover', to: 'b', overrides: ['mode-off', 'memory-unreachable'] },
    ],
  },
  'a report without readable sessions takes no claim back': {
    seed: 1080,
    policy: { holdDownMs: 30_000, maxSwapsPerHour: 2 },
    pairForwards: false,
    probeAt: 18_573,
    events: [
      { at: 95_593, kind: 'pair-partitioned', site: 'tokyo', forMs: 90_000 },
      { at: 107_768, kind: 'bgp-unreadable', router: 'a', as: 'empty-list', forMs: 90_000 },
    ],
  },
  'a turn of the probe that is delivered twice forgets nothing that the first delivery read': {
    seed: 2756,
    policy: { prefer: 'safety', holdDownMs: 60_000, maxSwapsPerHour: 1 },
    probeAt: 19_454,
    events: [
      { at: 71_562, kind: 'probe-twice' },
      { at: 80_666, kind: 'dies-slowly', router: 'b', kernelMs: 4_647, how: 'hang' },
      { at: 81_270, kind: 'ssm-silent', site: 'tokyo', forMs: 90_000 },
      { at: 84_610, kind: 'stop', router: 'a' },
    ],
  },
  'what the probe reads counts though the store takes no writes': {
    seed: 594,
    probeAt: 59_000,
    events: [
      { at: 28_365, kind: 'store-read-only', forMs: 120_000 },
      { at: 30_182, kind: 'source-dest-check-on', router: 'a', forMs: 120_000 },
    ],
  },
  'a swap back is a new one, although the environment that moved the routes without the store is not used again': {
    seed: 5_287,
    created: true,
    policy: { maxSwapsPerHour: 1 },
    probeAt: 44_748,
    events: [
      { at: 58_405, kind: 'pair-partitioned', site: 'tokyo', forMs: 175_000 },
      { at: 113_257, kind: 'store-down', forMs: 8_000 },
      { at: 115_354, kind: 'replace', router: 'b', afterMs: 0 },
    ],
  },
  'the probe asks the instance that a created router is now, and not the one of its last round': {
    seed: 24_990,
    created: true,
    policy: { maxSwapsPerHour: 2, evacuate: 'automatic' },
    countsOnRouter: false,
    staleMs: 300,
    probeAt: 33_971,
    events: [
      { at: 32_229, kind: 'replace', router: 'b', afterMs: 20_000 },
      { at: 66_549, kind: 'source-dest-check-on', router: 'a', forMs: 175_000 },
    ],
  },
  'a lost path is not forgotten while the interface of a created router is detached': {
    seed: 8_603,
    created: true,
    policy: { prefer: 'safety', holdDownMs: 30_000, maxSwapsPerHour: 2, evacuate: 'automatic' },
    countsOnRouter: false,
    deadAtEnd: 'b',
    probeAt: 44_216,
    events: [
      { at: 53_721, kind: 'replace', router: 'b', afterMs: 0 },
      { at: 104_626, kind: 'daemons-stopped', router: 'a', forMs: 45_000 },
      { at: 116_857, kind: 'interface-detached', router: 'a', forMs: 90_000 },
    ],
  },
  'a swap that no run decided is not finished when a route is moved by hand later': {
    twoPhase: true,
    routes: ['a', 'a', 'a'],
    events: [
      { at: 20_000, kind: 'stray-phases', router: 'b', phases: ['suspected', 'confirmed'], gapMs: 400 },
      { at: 20_300, kind: 'crash', afterSteps: 3 },
      { at: 70_000, kind: 'route-by-hand', to: 'b' },
    ],
  },
  'routes that moved without the store do not go back unread, although another environment moved them': {
    seed: 5401,
    pairForwards: false,
    policy: { maxSwapsPerHour: 2 },
    staleMs: 1_000,
    deadAtEnd: 'b',
    muteAtEnd: 'a',
    probeAt: 26_103,
    twoPhase: true,
    events: [
      { at: 72_397, kind: 'store-read-only', forMs: 90_000 },
      { at: 75_392, kind: 'interface-detached', router: 'a', forMs: 150_000 },
      { at: 76_384, kind: 'between-phases', action: 'claim' },
      { at: 102_090, kind: 'pair-partitioned', site: 'tokyo', forMs: 8_000 },
    ],
  },
  'what a router claims in a report that is stale when it is read proves nothing': {
    seed: 731_207_444,
    created: true,
    policy: { prefer: 'safety', holdDownMs: 60_000, maxSwapsPerHour: 2 },
    staleMs: 1_000,
    probeAt: 19_922,
    events: [
      { at: 8_851, kind: 'stray-report', router: 'b', lateMs: 11_037, copies: 1 },
      { at: 19_400, kind: 'replace', router: 'a', afterMs: 0 },
    ],
  },
  'a pause whose first attempt is carried out late does not take the place of a later one': {
    seed: 9_100_923,
    routes: ['a'],
    tables: 1,
    policy: { holdDownMs: 60_000, maxSwapsPerHour: 1, evacuate: 'automatic' },
    countsOnRouter: true,
    probeAt: 7_664,
    events: [
      { at: 22_916, kind: 'operator-during-run', action: 'pause', afterSteps: 9 },
      { at: 32_669, kind: 'store-writes-late', calls: 1, byMs: 7_073 },
      { at: 40_826, kind: 'pause', forMs: 15_000 },
      { at: 46_804, kind: 'pair-partitioned', site: 'tokyo', forMs: 150_000 },
    ],
  },
  'a switchover whose end was not stored is not carried out again after a failback without the store':
    UNDONE_SWITCHOVER,
  'heartbeats that the store did not take are not missing ones of the router': UNSTORED_HEARTBEATS,
  'a failover after a switchover that a pause stopped before its first call counts as one': {
    seed: 79_904,
    created: true,
    policy: { holdDownMs: 60_000, maxSwapsPerHour: 1 },
    deadAtEnd: 'b',
    deadHow: 'hung',
    probeAt: 44_606,
    events: [
      { at: 79_164, kind: 'switchover', to: 'b', overrides: [] },
      { at: 79_235, kind: 'pause', forMs: 15_000 },
      { at: 81_298, kind: 'stop', router: 'a' },
    ],
  },
  'no call goes out with less left of its lease than it may take': MANY_ROUTES,
};

test.each(Object.entries(FOUND))('%s', async (_, { policy, ...schedule }) => {
  const whole: Schedule = { ...PLAIN, ...schedule, policy: { ...PLAIN.policy, ...policy } };
  expect((await simulate(whole)).violation).toBeUndefined();
});

test('a second swap right after the first moves every route, although its read showed an older state', async () => {
  for (let later = 0; later < 300; later += 3) {
    const events: Schedule['events'] = [
      { at: 20_000, kind: 'stale-reads', forMs: 20_000 },
      { at: 25_000, kind: 'switchover', to: 'b', overrides: [] },
      { at: 26_650 + later, kind: 'switchover', to: 'a', overrides: [] },
    ];
    const { violation } = await simulate({ ...PLAIN, seed: later, routes: six, tables: 3, events });
    expect(violation).toBeUndefined();
  }
});
