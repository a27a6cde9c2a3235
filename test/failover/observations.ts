import type { BgpCounts } from '#failover/bgp-counts.ts';
import type { BgpEvidence, Observation, RouteFact, RouterFacts } from '#failover/observation.ts';
import { NOTHING_STORED, type ProbeRound, type StoredState } from '#failover/stored-state.ts';
import type { Answer } from '#failover/swap-record.ts';
import type { Override, Trigger } from '#failover/trigger.ts';
import { withUnfinishedMarked } from '#failover/unfinished-swap.ts';
import {
  ACTIVE_ENI,
  ALONE,
  DETOUR,
  DOWN,
  EMPTY,
  NOW,
  REPORT,
  RUNNING,
  readOn,
  SITE,
  STANDBY_ENI,
  UNREADABLE,
  UP,
} from './situation.ts';

/** Every combination of facts that rules rest on, in families: each crosses all facts that meet in one rule. */
export function* everyObservation(): Generator<Observation> {
  for (const seen of combinations()) {
    // As `observe` hands it to the rules.
    const stored = withUnfinishedMarked(seen.stored, seen, seen.at);
    yield stored === seen.stored ? seen : { ...seen, stored };
  }
}

function* combinations(): Generator<Observation> {
  yield* fitnessAndPlace();
  yield* witnessesAndVeto();
  yield* permissionAndMemory();
  yield* shortHoldDown();
  yield* stoppedMidway();
  yield* scheduledEvents();
}

const own = (ageMs: number, bgp: BgpCounts): BgpEvidence => ({ by: 'itself', at: NOW - ageMs, bgp });
/** A heartbeat, and what it said. */
const beat = (ageMs: number, everyMs: number, count: BgpCounts | undefined): Partial<RouterFacts> => ({
  heartbeat: { at: NOW - ageMs, everyMs },
  evidence: count === undefined ? [] : [own(ageMs, count)],
});
const probed = (ageMs: number, bgp: BgpCounts): BgpEvidence => ({ by: 'probe', at: NOW - ageMs, bgp });

const EC2: readonly Partial<RouterFacts>[] = [
  {},
  { statusChecks: 'impaired' },
  { instance: 'stopping' },
  { instance: 'pending', statusChecks: 'initializing' },
  { instance: 'unknown', statusChecks: 'unknown', interface: 'unknown', sourceDestCheck: 'unknown' },
  { interface: 'detached' },
  { interface: 'elsewhere', statusChecks: 'unknown' },
  { interface: 'missing', sourceDestCheck: 'unknown' },
  { sourceDestCheck: true },
];

const STATEMENTS: readonly (readonly BgpEvidence[])[] = [
  [],
  [own(10_000, UP)],
  [own(1_000, DOWN)],
  [own(10_001, UP)],
  [own(-10_001, UP)],
  [probed(90_000, UP)],
  [probed(1_000, DOWN)],
  [probed(90_001, UP)],
  [own(20_000, UP), probed(2_000, UP)],
  [own(1_000, DOWN), probed(50_000, UP)],
  [own(30_000, DOWN), probed(50_000, UP)],
  [own(20_000, UP), probed(60_000, DOWN)],
  [own(5_000, UP), probed(2_000, DOWN)],
  [own(1_000, EMPTY)],
  [own(1_000, UNREADABLE), probed(50_000, UP)],
  [probed(2_000, DETOUR)],
  [probed(3_600_000, UP)],
];

const TARGETS = [ACTIVE_ENI, STANDBY_ENI, 'igw-0000000000000001a', undefined, 'advertised'] as const;
/** Or `blackhole`: at the active, which EC2 says is of no use. */
type Target = (typeof TARGETS)[number];

function routeAt(index: number, target: Target): RouteFact {
  const route = { table: 'rtb-00000000000000001', destination: '10.2.0.0/20', ...SITE.routes[index] };
  if (target === undefined) return { ...route, target, state: 'missing', origin: undefined };
  if (target === 'blackhole') return { ...route, target: ACTIVE_ENI, state: 'blackhole', origin: 'static' };
  if (target === 'advertised') return { ...route, target: ACTIVE_ENI, state: 'active', origin: 'advertised' };
  return { ...route, target, state: 'active', origin: 'static' };
}

const routes = (...targets: Target[]) => targets.map((target, index) => routeAt(index, target));

const FROM_ACTIVE = {
  ...REPORT,
  id: 'report-2',
  reporter: 'tokyo-1',
  subject: 'tokyo-2',
  instance: SITE.routers.active.instance,
};
const EC2_EVENT: Trigger = { kind: 'ec2', id: 'event-1', instance: SITE.routers.active.instance, state: 'stopping' };
const PROBE: Trigger = { kind: 'probe', id: 'probe-1' };
const asks = (to: string, overrides: readonly Override[] = []): Trigger => ({
  kind: 'operator',
  id: 'operator-1',
  act: to === 'tokyo-1' ? 'failback' : 'switchover',
  to,
  by: 'ann',
  reason: 'kernel update',
  overrides,
});

/** Who is fit, where each route points, who asks. */
function* fitnessAndPlace(): Generator<Observation> {
  const triggers = [REPORT, FROM_ACTIVE, EC2_EVENT, PROBE, asks('tokyo-1'), asks('tokyo-2')];
  const places = [
    ...TARGETS.flatMap((a) => TARGETS.map((b) => routes(a, b))),
    routes('blackhole', 'blackhole'),
    routes('blackhole', STANDBY_ENI),
    routes('blackhole', ACTIVE_ENI),
  ];
  for (const trigger of triggers) {
    for (const [activeEc2, standbyEc2] of pairs(EC2)) {
      for (const [active, standby] of pairs(STATEMENTS)) {
        const routers = {
          'tokyo-1': { ...RUNNING, ...activeEc2, evidence: active },
          'tokyo-2': { ...RUNNING, ...standbyEc2, evidence: standby },
        };
        // All places where EC2 has nothing against the pair; those that matter to fitness everywhere.
        const few = activeEc2 !== EC2[0] || standbyEc2 !== EC2[0];
        for (const place of few ? [routes(ACTIVE_ENI, ACTIVE_ENI), routes(ACTIVE_ENI, STANDBY_ENI)] : places) {
          yield { at: NOW, site: SITE, trigger, routers, routes: place, stored: NOTHING_STORED };
        }
      }
    }
  }
}

const round = (ageMs: number, active: BgpCounts | null, standby: BgpCounts | null, pairUpAgo?: number): ProbeRound => ({
  at: NOW - ageMs,
  pairUpAt: pairUpAgo === undefined ? undefined : NOW - pairUpAgo,
  readings: {
    [ACTIVE_ENI]: active && readOn(SITE.routers.active, active),
    [STANDBY_ENI]: standby && readOn(SITE.routers.standby, standby),
  },
});

const ROUNDS: readonly (readonly ProbeRound[])[] = [
  [],
  [round(5_000, DOWN, UP)],
  [round(65_000, DOWN, UP), round(5_000, DOWN, UP)],
  [round(165_000, DOWN, UP), round(95_000, DOWN, UP)],
  [round(185_001, DOWN, UP), round(5_000, DOWN, UP)],
  [round(65_000, DOWN, UP), round(5_000, UP, UP)],
  [round(65_000, null, UP), round(5_000, null, UP)],
  [round(65_000, DOWN, DOWN), round(5_000, DOWN, UP)],
  [round(65_000, UP, DOWN), round(5_000, UP, DOWN)],
  [round(65_000, DETOUR, UP), round(5_000, DETOUR, UP)],
  [round(65_000, DOWN, UP), round(5_000, DETOUR, UP)],
  [round(65_000, UNREADABLE, UP), round(5_000, UNREADABLE, UP)],
  [round(65_000, DETOUR, UP), round(5_000, DETOUR, null)],
  [round(65_000, EMPTY, UP), round(5_000, EMPTY, UP)],
  [round(65_000, null, ALONE), round(5_000, null, ALONE)],
  [round(65_000, null, ALONE, 125_000), round(5_000, null, ALONE, 125_000)],
  [round(65_000, null, ALONE, 1_860_000), round(5_000, null, ALONE, 1_860_000)],
];

/** The standby's heartbeats that the store has taken. */
const TAKEN: Partial<RouterFacts> = { heartbeat: { at: NOW - 2_000, everyMs: 10_000, since: NOW - 32_000 } };

const OWNERS: readonly Partial<RouterFacts>[] = [
  { evidence: [] },
  { evidence: [own(9_000, UP)] },
  { evidence: [own(50_000, UP)], statusChecks: 'impaired' },
  { evidence: [own(1_000, DOWN)] },
  beat(40_000, 10_000, UP),
  beat(3_000, 5_000, UP),
  // For longer than the store is known to take heartbeats.
  beat(40_000, 11_000, UP),
  beat(21 * 86_400_000, 20_000, UP),
  beat(40_000, 10_000, undefined),
  { ...beat(1_000, 5_000, DOWN), evidence: [own(4_000, UP), own(1_000, DOWN)] },
  { instance: 'stopped', evidence: [own(9_000, UP)] },
  { statusChecks: 'impaired', evidence: [] },
  // It said that it has a path, and could not read its sessions then.
  { evidence: [own(400, UP), own(200, UNREADABLE)] },
];

const REPORTS: readonly Trigger[] = [
  REPORT,
  { ...REPORT, event: 'left' },
  { ...REPORT, detectedAt: NOW - 9_000, noticedAt: NOW - 9_000 },
  { ...REPORT, detectedAt: NOW - 9_001, noticedAt: NOW - 9_001 },
  { ...REPORT, detectedAt: undefined, noticedAt: undefined },
  { ...REPORT, detectedAt: NOW - 60_000, noticedAt: NOW - 60_000 },
  { ...REPORT, detectedAt: NOW - 60_000, noticedAt: NOW - 60_000, confirmedAt: NOW - 200 },
  { ...REPORT, detectedAt: NOW + 5_000, noticedAt: NOW },
  { ...REPORT, at: NOW - 10_001 },
  { ...REPORT, at: NOW + 10_001 },
  { ...REPORT, bgp: undefined },
  FROM_ACTIVE,
];

/** Who is in maintenance, and whether the pair can forward: each with each would be many times as many. */
const FORWARDING = [
  [undefined, true],
  [undefined, false],
  [ACTIVE_ENI, true],
  [STANDBY_ENI, true],
] as const;

/** The witnesses against the owner, their age, and the owner's veto; with and without the store. */
function* witnessesAndVeto(): Generator<Observation> {
  const triggers = [...REPORTS, EC2_EVENT, PROBE, asks('tokyo-2'), asks('tokyo-2', ['memory-unreachable'])];
  for (const trigger of triggers) {
    for (const probes of ROUNDS) {
      for (const owner of OWNERS) {
        for (const neighborAge of [undefined, 29_000, 31_000]) {
          for (const [maintained, pairForwards] of FORWARDING) {
            for (const reachable of [true, false]) {
              for (const prefer of ['availability', 'safety'] as const) {
                for (const mine of [[own(100, UP)], [own(100, DOWN)], [probed(5_000, UP)]]) {
                  const testimonies =
                    neighborAge === undefined ? [] : [{ by: 'virginia-1', about: ACTIVE_ENI, at: NOW - neighborAge }];
                  const since = { since: NOW - 60_000, by: 'bob', reason: 'disk' };
                  const maintenance = maintained === undefined ? {} : { [maintained]: since };
                  yield {
                    at: NOW,
                    site: { ...SITE, pairForwards, policy: { ...SITE.policy, prefer } },
                    trigger,
                    routers: {
                      'tokyo-1': { ...RUNNING, ...owner },
                      'tokyo-2': { ...RUNNING, ...TAKEN, evidence: mine },
                    },
                    routes: routes(ACTIVE_ENI, ACTIVE_ENI),
                    stored: {
                      ...NOTHING_STORED,
                      epoch: 4,
                      reachable,
                      probes,
                      witnessReports: testimonies,
                      maintenance,
                    },
                  };
                }
              }
            }
          }
        }
      }
    }
  }
}

const answer = (outcome: Answer['outcome']): Answer => ({ outcome, reason: 'x', says: 'It was.', at: NOW - 5_000 });
const pause = (until: number) => ({ since: NOW - 60_000, until, by: 'ann', reason: 'maintenance window' });

const LEASES = [{}, { leasedUntil: NOW + 1 }, { leasedUntil: NOW }, { leasedUntil: NOW - 10_001 }];
const SWAPS = [
  [],
  [NOW - 299_999],
  [NOW - 3_000_000, NOW - 2_000_000, NOW - 300_001],
  [NOW - 3_600_000, NOW - 300_000],
];
const PAUSES = [undefined, pause(NOW + 1), pause(NOW)];
const UNFINISHED = [
  undefined,
  ...[ACTIVE_ENI, STANDBY_ENI].map((to) => ({
    unfinished: { epoch: 4, to, reason: 'reported-by-survivor' },
    lastTarget: to,
  })),
  { lastTarget: STANDBY_ENI },
];
const ANSWERED = [undefined, answer('noted'), answer('swapped')];

function* memories(): Generator<StoredState> {
  for (const lease of LEASES) {
    for (const automaticSwaps of SWAPS) {
      for (const paused of PAUSES) {
        for (const unfinished of UNFINISHED) {
          for (const answered of ANSWERED) {
            const lastBeganAt = automaticSwaps.at(-1);
            const swap = { ...lease, automaticSwaps, ...(unfinished !== undefined && { lastBeganAt, ...unfinished }) };
            yield { ...NOTHING_STORED, epoch: 4, ...swap, pause: paused, answered };
          }
        }
      }
    }
  }
}

/** Mode, pause, hold-down, limits, lease, journal, replay, overrides: against each trigger and place. */
function* permissionAndMemory(): Generator<Observation> {
  const triggers: readonly Trigger[] = [
    REPORT,
    { ...REPORT, at: NOW - 10_001 },
    FROM_ACTIVE,
    EC2_EVENT,
    PROBE,
    asks('tokyo-2'),
    asks('tokyo-2', ['paused']),
    asks('tokyo-1', ['mode-observe', 'mode-off']),
  ];
  const places = [
    routes(ACTIVE_ENI, ACTIVE_ENI),
    routes(STANDBY_ENI, STANDBY_ENI),
    routes(ACTIVE_ENI, STANDBY_ENI),
    routes(ACTIVE_ENI, TARGETS[2]),
  ];
  const owners: readonly Partial<RouterFacts>[] = [{ evidence: [probed(5_000, UP)] }, { instance: 'stopped' }];
  for (const stored of memories()) {
    for (const prefer of ['availability', 'safety'] as const) {
      for (const mode of ['automatic', 'observe', 'off'] as const) {
        const site = { ...SITE, policy: { ...SITE.policy, prefer, mode } };
        for (const owner of owners) {
          const routers = {
            'tokyo-1': { ...RUNNING, ...owner },
            'tokyo-2': { ...RUNNING, evidence: [own(100, UP)] },
          };
          for (const trigger of triggers) {
            for (const place of places) yield { at: NOW, site, trigger, routers, routes: place, stored };
          }
        }
      }
    }
  }
}

/** The time since the last swap, an operator's too, when the failure was noticed, and the length of hold-down. */
function* shortHoldDown(): Generator<Observation> {
  const routers = {
    'tokyo-1': { ...RUNNING, evidence: [probed(5_000, UP)] },
    'tokyo-2': { ...RUNNING, evidence: [own(100, UP)] },
  };
  for (const holdDownMs of [0, 1_000, 60_000, 300_000]) {
    const site = { ...SITE, policy: { ...SITE.policy, holdDownMs } };
    for (const last of [500, 10_000, 10_001, 59_999, 60_000, 119_999, 120_000, 300_000]) {
      for (const noticed of [200, 45_000, 45_001, 100_000, 105_000, 200_000]) {
        for (const lastTarget of [ACTIVE_ENI, STANDBY_ENI]) {
          const at = NOW - noticed;
          const trigger = { ...REPORT, detectedAt: at, noticedAt: at, confirmedAt: NOW - 200 };
          const began = NOW - last;
          for (const swap of [{ automaticSwaps: [began] }, { leasedUntil: began }]) {
            const stored = { ...NOTHING_STORED, epoch: 4, lastTarget, ...swap };
            yield { at: NOW, site, trigger, routers, routes: routes(ACTIVE_ENI, ACTIVE_ENI), stored };
          }
        }
      }
    }
  }
}

/**
 * A swap that stopped midway: how its target is known, what EC2 says of the router that it leaves, how long its lease is
 * over.
 */
function* stoppedMidway(): Generator<Observation> {
  const owners: readonly Partial<RouterFacts>[] = [
    { evidence: [probed(5_000, UP)] },
    { evidence: [probed(5_000, UP)], sourceDestCheck: true },
    { evidence: [probed(5_000, DOWN)], instance: 'stopped' },
  ];
  const targets: readonly Partial<RouterFacts>[] = [
    { evidence: [own(100, UP)] },
    { evidence: [probed(3_600_000, UP)] },
    { evidence: [probed(3_600_000, UP)], statusChecks: 'unknown' },
    { evidence: [probed(3_600_000, UP), own(60_000, DOWN)] },
  ];
  const places = [routes(ACTIVE_ENI, ACTIVE_ENI), routes(ACTIVE_ENI, STANDBY_ENI), routes(STANDBY_ENI, STANDBY_ENI)];
  for (const trigger of [REPORT, { ...REPORT, bgp: undefined }, FROM_ACTIVE, EC2_EVENT, PROBE]) {
    for (const owner of owners) {
      for (const target of targets) {
        for (const place of places) {
          for (const to of [ACTIVE_ENI, STANDBY_ENI]) {
            for (const leasedUntil of [NOW - 5_000, NOW - 60_000]) {
              const unfinished = { epoch: 4, to, reason: 'reported-by-survivor' };
              const routers = { 'tokyo-1': { ...RUNNING, ...owner }, 'tokyo-2': { ...RUNNING, ...target } };
              const stored = { ...NOTHING_STORED, epoch: 4, leasedUntil, unfinished, lastTarget: to };
              yield { at: NOW, site: SITE, trigger, routers, routes: place, stored };
            }
          }
        }
      }
    }
  }
}

const MINUTE = 60_000;
const eventIn = (ms: number | undefined): Partial<RouterFacts> => ({
  events: [{ code: 'instance-retirement', description: 'x.', notBefore: ms === undefined ? undefined : NOW + ms }],
});

/** When AWS has announced something for whose instance, who may move the routes for it, and what brought them there. */
function* scheduledEvents(): Generator<Observation> {
  const owners = [{}, ...[-MINUTE, MINUTE, 15 * MINUTE, 15 * MINUTE + 1, undefined].map(eventIn)];
  const targets = [{}, ...[-MINUTE, 29 * MINUTE, 45 * MINUTE, 45 * MINUTE + 1, undefined].map(eventIn)];
  const memories: readonly Partial<StoredState>[] = [
    {},
    { reachable: false },
    { leasedUntil: NOW + 1 },
    { automaticSwaps: [NOW - 60_000] },
    { lastTarget: ACTIVE_ENI, lastBeganAt: NOW - 16 * MINUTE },
    { lastTarget: ACTIVE_ENI, lastBeganAt: NOW - 30_000 },
    { pause: pause(NOW + 1) },
  ];
  const places = [routes(ACTIVE_ENI, ACTIVE_ENI), routes(STANDBY_ENI, STANDBY_ENI), routes(ACTIVE_ENI, STANDBY_ENI)];
  for (const trigger of [PROBE, EC2_EVENT, REPORT, asks('tokyo-1')]) {
    for (const owner of owners) {
      for (const target of targets) {
        for (const mine of [[probed(5_000, UP)], [probed(5_000, DOWN)]]) {
          for (const stored of memories) {
            for (const place of places) {
              for (const evacuate of ['manual', 'automatic'] as const) {
                for (const mode of ['automatic', 'observe', 'off'] as const) {
                  yield {
                    at: NOW,
                    site: { ...SITE, policy: { ...SITE.policy, evacuate, mode } },
                    trigger,
                    routers: {
                      'tokyo-1': { ...RUNNING, evidence: [probed(5_000, UP)], ...owner },
                      'tokyo-2': { ...RUNNING, evidence: mine, ...target },
                    },
                    routes: place,
                    stored: { ...NOTHING_STORED, epoch: 4, ...stored },
                  };
                }
              }
            }
          }
        }
      }
    }
  }
}

function* pairs<T>(list: readonly T[]): Generator<readonly [T, T]> {
  for (const a of list) for (const b of list) yield [a, b];
}
