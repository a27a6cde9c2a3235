import { describe, expect, it } from 'vitest';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { decide } from '#failover/decision.ts';
import type { Memory, ProbeRound } from '#failover/memory.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import type { OperatorTrigger } from '#failover/trigger.ts';
import {
  ACTIVE_ENI,
  ALONE,
  allAt,
  DETOUR,
  DOWN,
  EMPTY,
  FIT_BY_CLAIM,
  NOW,
  REPORT,
  RUNNING,
  readOn,
  routesAt,
  SITE,
  STANDBY_ENI,
  situation,
  UNREADABLE,
  UP,
} from './situation.ts';

const memory = (change: Partial<Memory>): Memory => ({ ...situation().memory, ...change });
const policy = (change: Partial<Observation['site']['policy']>) => ({ ...SITE, policy: { ...SITE.policy, ...change } });
const routers = (active: Partial<RouterFacts>, standby: Partial<RouterFacts> = {}) => ({
  'tokyo-1': { ...RUNNING, ...active },
  'tokyo-2': { ...FIT_BY_CLAIM, ...standby },
});
/** Null: the router was silent. */
const round = (at: number, active: BgpCounts | null, standby: BgpCounts | null): ProbeRound => ({
  at,
  readings: {
    [ACTIVE_ENI]: active && readOn(SITE.routers.active, active),
    [STANDBY_ENI]: standby && readOn(SITE.routers.standby, standby),
  },
});
/** Two rounds in a row, the newer a second ago. */
const twice = (active: BgpCounts | null, standby: BgpCounts | null) => [
  round(NOW - 60_000, active, standby),
  round(NOW - 1_000, active, standby),
];
const probe = { kind: 'probe', id: 'probe-1' } as const;
const atStandby = allAt(STANDBY_ENI);

describe('what makes an automatic swap', () => {
  it("swaps on the survivor's own report", () => {
    const decision = decide(situation());
    expect(decision).toMatchObject({ kind: 'swap', reason: 'reported-by-survivor', to: { name: 'tokyo-2' } });
    expect(decision.says).toBe('tokyo-2 says that tokyo-1 failed (serf); tokyo-2 is fit and takes the routes.');
  });

  it('swaps when the owner said goodbye', () => {
    expect(decide(situation({ trigger: { ...REPORT, event: 'left' } }))).toMatchObject({
      kind: 'swap',
      reason: 'owner-left',
    });
  });

  it.each(['stopping', 'stopped', 'shutting-down', 'terminated'] as const)(
    'swaps when EC2 says that the owner is %s',
    (instance) => {
      const trigger = { kind: 'ec2', id: 'e', instance: SITE.routers.active.instance, state: instance } as const;
      expect(decide(situation({ trigger, routers: routers({ instance }) }))).toMatchObject({
        kind: 'swap',
        reason: 'owner-not-running',
      });
    },
  );

  it('swaps on the second of two probes in a row that find the owner without a path and the other router well', () => {
    const probes = [round(NOW - 60_000, DOWN, UP), round(NOW - 1_000, DOWN, UP)];
    const seen = situation({ trigger: probe, memory: memory({ probes }) });
    expect(decide(seen)).toMatchObject({ kind: 'swap', reason: 'ebgp-down-twice' });
  });

  it('fails over back to the preferred router when the present owner dies: a failover like any other', () => {
    const { instance } = SITE.routers.active;
    const trigger = { ...REPORT, reporter: 'tokyo-1', subject: 'tokyo-2', instance };
    const seen = situation({ trigger, routes: atStandby, routers: { 'tokyo-1': FIT_BY_CLAIM, 'tokyo-2': RUNNING } });
    expect(decide(seen)).toMatchObject({ kind: 'swap', to: { name: 'tokyo-1' } });
  });
});

describe('what does not', () => {
  it.each<[string, readonly ProbeRound[]]>([
    ['one bad probe', [round(NOW - 60_000, UP, UP), round(NOW - 1_000, DOWN, UP)]],
    ['a silent owner (unknown is not down)', [round(NOW - 60_000, null, UP), round(NOW - 1_000, null, UP)]],
    [
      'two bad probes of which the other router was bad in one',
      [round(NOW - 60_000, DOWN, DOWN), round(NOW - 1_000, DOWN, UP)],
    ],
    ['two bad probes long ago', [round(NOW - 600_000, DOWN, UP), round(NOW - 540_000, DOWN, UP)]],
    ['a recovery in the second probe', [round(NOW - 60_000, DOWN, UP), round(NOW - 1_000, UP, UP)]],
  ])('holds on %s', (_, probes) => {
    expect(decide(situation({ trigger: probe, memory: memory({ probes }) })).kind).toBe('hold');
  });

  it('finds nothing to move when the router in question holds no routes', () => {
    expect(decide(situation({ routes: atStandby }))).toMatchObject({ kind: 'already' });
  });

  it('begins no swap for a person where the only route left behind is an advertised one, which nobody may replace', () => {
    const trigger = {
      kind: 'operator',
      id: 'o',
      act: 'switchover',
      to: 'tokyo-2',
      by: 'ann',
      reason: 'kernel',
    } as const;
    const [first, second] = routesAt(STANDBY_ENI, ACTIVE_ENI);
    const routes = [first, { ...second, origin: 'advertised' }] as Observation['routes'];
    expect(decide(situation({ trigger: { ...trigger, overrides: [] }, routes })).kind).toBe('already');
  });

  it('ends an unfinished swap to the other router when a person wants the routes where they are', () => {
    const by = { by: 'ann', reason: 'kernel', overrides: [] } as const;
    const trigger = { kind: 'operator', id: 'o', act: 'switchover', to: 'tokyo-2', ...by } as const;
    const unfinished = { epoch: 4, to: ACTIVE_ENI, reason: 'failback' };
    const seen = situation({ trigger, routes: atStandby, memory: memory({ unfinished }) });
    expect(decide(seen)).toMatchObject({ kind: 'swap', to: { name: 'tokyo-2' } });
    expect(decide(seen).says).toContain('Swap 4 to tokyo-1 (failback) had stopped midway and is given up.');
  });

  it('does nothing on a report that is older than its claim counts', () => {
    expect(decide(situation({ trigger: { ...REPORT, at: NOW - 10_001 } }))).toMatchObject({
      kind: 'refuse',
      reason: 'report-stale',
    });
    expect(decide(situation({ trigger: { ...REPORT, at: NOW + 10_001 } })).says).toContain("10 s ahead of AWS's clock");
  });

  it('acts once on an id', () => {
    const answered = { outcome: 'swapped', reason: 'reported-by-survivor', says: 'It was.', at: NOW - 5_000 } as const;
    expect(decide(situation({ memory: memory({ answered }) }))).toMatchObject({ kind: 'refuse', reason: 'replayed' });
  });
});

describe('certain: EC2 itself says that the owner cannot forward', () => {
  const well = { statements: [{ by: 'probe', at: NOW - 20_000, bgp: UP }] } as const;
  const asked = (active: Partial<RouterFacts>, change: Partial<Observation> = {}) =>
    decide(situation({ trigger: probe, routers: routers({ ...well, ...active }, well), ...change }));

  it.each<[string, Partial<RouterFacts>, string]>([
    ['its instance is stopped', { instance: 'stopped' }, 'owner-not-running'],
    ['its source/dest check is on', { sourceDestCheck: true }, 'owner-cannot-forward'],
    ['its interface is detached', { interface: 'detached' }, 'owner-cannot-forward'],
    ['its interface is attached to another instance', { interface: 'elsewhere' }, 'owner-cannot-forward'],
    ['its interface is gone', { interface: 'missing', sourceDestCheck: 'unknown' }, 'owner-cannot-forward'],
  ])('%s: any trigger moves the routes, whatever its BGP says', (_, facts, reason) => {
    expect(asked(facts)).toMatchObject({ kind: 'swap', reason, automatic: true });
    expect(asked(facts, { site: policy({ prefer: 'safety' }) })).toMatchObject({ kind: 'swap', reason });
  });

  it('its routes are a blackhole: any trigger moves them', () => {
    const routes = allAt(ACTIVE_ENI).map((route) => ({ ...route, state: 'blackhole' as const }));
    expect(asked({}, { routes })).toMatchObject({ kind: 'swap', reason: 'owner-cannot-forward' });
  });

  it.each<[string, Partial<RouterFacts>]>([
    ['the instance', { instance: 'unknown' }],
    ['the interface', { interface: 'unknown', sourceDestCheck: 'unknown' }],
  ])('what EC2 does not say of %s is unknown, and moves nothing', (_, facts) => {
    expect(asked(facts).kind).toBe('hold');
  });

  it('no hold-down and no limit stands against it; it is counted, and told with its number', () => {
    const automaticSwaps = [NOW - 3_000_000, NOW - 200_000, NOW - 60_000];
    const decision = asked({ instance: 'stopped' }, { memory: memory({ automaticSwaps }) });
    expect(decision).toMatchObject({ kind: 'swap', automatic: true });
    expect(decision.says).toContain('Automatic swap 4 of the last hour.');
  });

  it('a target that was well when it was last read, and of which nothing worse was heard, is good enough', () => {
    const longAgo = { statements: [{ by: 'probe', at: NOW - 3_600_000, bgp: UP }] } as const;
    const at = (standby: Partial<RouterFacts>, owner: Partial<RouterFacts> = { instance: 'stopped' }) =>
      decide(situation({ trigger: probe, routers: routers(owner, standby) }));
    expect(at(longAgo)).toMatchObject({ kind: 'swap', to: { name: 'tokyo-2' } });
    expect(at({ ...longAgo, statusChecks: 'impaired' })).toMatchObject({ reason: 'both-unfit' });
    expect(at({ ...longAgo, statusChecks: 'unknown' })).toMatchObject({ reason: 'both-unfit' });
    expect(at({ statements: [] })).toMatchObject({ reason: 'both-unfit' });
    expect(at({ statements: [{ by: 'probe', at: NOW - 3_600_000, bgp: DOWN }] })).toMatchObject({
      reason: 'both-unfit',
    });
  });

  it('that is not enough where a failure is only suspected', () => {
    const longAgo = { statements: [{ by: 'probe', at: NOW - 91_000, bgp: UP }] } as const;
    expect(decide(situation({ routers: routers({}, longAgo) }))).toMatchObject({
      kind: 'refuse',
      reason: 'both-unfit',
    });
  });

  it('without the store it is its own second signal, for a pair that prefers availability', () => {
    const without = (prefer: 'availability' | 'safety') =>
      asked({ instance: 'stopped' }, { site: policy({ prefer }), memory: memory({ reachable: false }) });
    expect(without('availability')).toMatchObject({ kind: 'swap', withoutLease: true });
    expect(without('safety')).toMatchObject({ kind: 'refuse', reason: 'memory-unreachable' });
  });
});

describe('a report counts only if it is about a new failure', () => {
  const told = (times: { readonly detectedAt?: number | undefined; readonly confirmedAt?: number }) =>
    decide(situation({ trigger: { ...REPORT, ...times } }));

  it.each([
    ['noticed 10 s before it was sent', { detectedAt: REPORT.at - 10_000 }],
    [
      'noticed an hour ago, and the peer was asked again a moment ago',
      { detectedAt: NOW - 3_700_000, confirmedAt: NOW - 200 },
    ],
  ])('%s: the routes move', (_, times) => {
    expect(told(times).kind).toBe('swap');
  });

  it.each([
    ['noticed 10 s and more before it was sent', { detectedAt: REPORT.at - 10_001 }, '10 s before it was sent'],
    ['noticed nine minutes ago', { detectedAt: NOW - 540_000 }, '540 s before it was sent'],
    [
      'asked again, but long ago',
      { detectedAt: NOW - 540_000, confirmedAt: NOW - 30_000 },
      'nobody was asked again since',
    ],
    ['noticed after it was written', { detectedAt: NOW + 60_000 }, 'after the report was written'],
    [
      'confirmed after it was written',
      { detectedAt: NOW - 540_000, confirmedAt: NOW + 60_000 },
      'nobody was asked again',
    ],
    ['not saying when', { detectedAt: undefined }, 'does not say when'],
  ])('%s: refused, for failures and goodbyes alike', (_, times, why) => {
    const leaving = decide(situation({ trigger: { ...REPORT, event: 'left', ...times } }));
    for (const decision of [told(times), leaving]) {
      expect(decision).toMatchObject({ kind: 'refuse', reason: 'report-stale' });
      expect(decision.says).toContain(why);
    }
  });
});

describe('a report about a peer that never answered since its reporter was installed', () => {
  const trigger = { ...REPORT, neverAnswered: true } as const;

  it('is no suspicion but a sign of closed ports, and says so', () => {
    const decision = decide(situation({ trigger }));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'peer-never-answered' });
    expect(decision.says).toContain('tokyo-1 has never answered tokyo-2 since that was installed');
    expect(decision.says).toContain('closed ports');
  });

  it('does not stand against what EC2 itself says', () => {
    const decision = decide(situation({ trigger, routers: routers({ instance: 'stopped' }) }));
    expect(decision).toMatchObject({ kind: 'swap', reason: 'owner-not-running' });
  });

  it('moves routes once it has answered and died: then it is a report like any other', () => {
    expect(decide(situation({ trigger: REPORT })).kind).toBe('swap');
  });
});

describe("the owner's veto", () => {
  const claims = (at: number, bgp = UP): Partial<RouterFacts> => ({ statements: [{ by: 'itself', at, bgp }] });
  const noticed = NOW - 60_000;
  const trigger = { ...REPORT, detectedAt: noticed, noticedAt: noticed, confirmedAt: NOW - 200 };
  const against = (owner: Partial<RouterFacts>, change: Partial<Observation> = {}) =>
    decide(situation({ trigger, routers: routers(owner), ...change }));
  const testimonies = [{ by: 'virginia-1', about: ACTIVE_ENI, at: NOW - 5_000 }];

  it('a path that it has claimed since the failure was noticed stands, however long ago', () => {
    const decision = against(claims(noticed));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'owner-healthy' });
    expect(decision.says).toContain('tokyo-1 itself said 60 s ago that it has a path');
  });

  it.each([
    ['made before the failure was noticed', claims(noticed - 1)],
    ['that it has lost its path', claims(noticed + 1_000, DOWN)],
    ['that nobody can read', claims(noticed + 1_000, UNREADABLE)],
  ])('a claim %s is none', (_, owner) => {
    expect(against(owner).kind).toBe('swap');
  });

  it('one that nobody can read takes nothing back that it has claimed before', () => {
    const [path] = claims(noticed + 1_000).statements ?? [];
    const [unreadable] = claims(noticed + 2_000, UNREADABLE).statements ?? [];
    const statements = [path, unreadable].filter((each) => each !== undefined);
    expect(against({ statements })).toMatchObject({ kind: 'refuse', reason: 'owner-healthy' });
  });

  it('what the probe found is none: it may be older than the failure', () => {
    expect(against({ statements: [{ by: 'probe', at: NOW - 1_000, bgp: UP }] }).kind).toBe('swap');
  });

  it.each(['availability', 'safety'] as const)('one witness does not outweigh it, two do (prefer: %s)', (prefer) => {
    const change = { site: policy({ prefer }) };
    const impaired = { ...claims(noticed), statusChecks: 'impaired' } as const;
    expect(against(impaired, change)).toMatchObject({ reason: 'owner-healthy' });
    expect(against(claims(noticed), { ...change, memory: memory({ testimonies }) })).toMatchObject({
      reason: 'owner-healthy',
    });
    const decision = against(impaired, { ...change, memory: memory({ testimonies }) });
    expect(decision).toMatchObject({ kind: 'swap', reason: 'reported-by-survivor' });
    expect(decision.says).toContain(
      'against its own word (tokyo-1 itself said 60 s ago that it has a path) stand others',
    );
  });

  it('two routers of other sites are two witnesses', () => {
    const both = [...testimonies, { by: 'virginia-2', about: ACTIVE_ENI, at: NOW - 4_000 }];
    expect(against(claims(noticed), { memory: memory({ testimonies: both }) }).kind).toBe('swap');
  });

  it('stands against the probe too, from the first of its two rounds on', () => {
    const seen = (at: number) =>
      decide(situation({ trigger: probe, memory: memory({ probes: twice(DOWN, UP) }), routers: routers(claims(at)) }));
    expect(seen(NOW - 59_000)).toMatchObject({ kind: 'refuse', reason: 'owner-healthy' });
    expect(seen(NOW - 61_000)).toMatchObject({ kind: 'swap', reason: 'ebgp-down-twice' });
  });
});

describe('a detour is no failure', () => {
  const read = (bgp: BgpCounts): Partial<RouterFacts> => ({ statements: [{ by: 'probe', at: NOW - 1_000, bgp }] });
  const seen = (active: BgpCounts, standby: BgpCounts, site = SITE) =>
    decide(
      situation({
        site,
        trigger: probe,
        routers: routers(read(active), read(standby)),
        memory: memory({ probes: twice(active, standby) }),
      }),
    );

  it('the owner’s tunnels are down, its peer’s are up, and the pair can forward: routes stay, and people are told how to shorten the way', () => {
    const decision = seen(DETOUR, UP);
    expect(decision).toMatchObject({ kind: 'hold', reason: 'degraded' });
    expect(decision.says).toContain('its traffic takes the way over tokyo-2');
    expect(decision.says).toContain('vyos-failover switchover tokyo --to tokyo-2 --reason');
  });

  it.each<[string, BgpCounts, BgpCounts, typeof SITE]>([
    ['the pair cannot forward', DETOUR, UP, { ...SITE, pairForwards: false }],
    ['the pair’s own session is down', DOWN, UP, SITE],
    ['the pair’s own session brings no prefix', EMPTY, UP, SITE],
  ])('%s: two rounds move the routes', (_, active, standby, site) => {
    expect(seen(active, standby, site)).toMatchObject({ kind: 'swap', reason: 'ebgp-down-twice' });
  });

  it('nobody can tell whether the pair’s own session is up: unknown, and nothing moves', () => {
    const unknown = { ...DOWN, pair: UNREADABLE.pair };
    expect(seen(unknown, UP).kind).toBe('hold');
  });

  it('the peer has no path either: nothing moves', () => {
    expect(seen(DETOUR, DOWN).kind).toBe('hold');
  });

  it('a router on a detour is no witness against itself', () => {
    const site = policy({ prefer: 'safety' });
    expect(decide(situation({ site, memory: memory({ probes: [round(NOW - 30_000, DETOUR, UP)] }) }))).toMatchObject({
      reason: 'second-witness-missing',
    });
  });
});

describe('an owner that hangs, and whose peer cannot report', () => {
  const well = { statements: [{ by: 'probe', at: NOW - 1_000, bgp: UP }] } as const;
  const hung = (
    probes: readonly ProbeRound[],
    trigger: Observation['trigger'] = probe,
    owner: Partial<RouterFacts> = {},
  ) =>
    decide(
      situation({
        trigger,
        memory: memory({ probes }),
        routers: routers({ statusChecks: 'impaired', ...owner }, well),
      }),
    );

  it('loses the routes after two silent rounds and an impaired status check, whoever asks', () => {
    expect(hung(twice(null, UP))).toMatchObject({ kind: 'swap', reason: 'owner-silent', automatic: true });
    const alarm = { kind: 'ec2', id: 'e', instance: 'alarm', state: 'status check: ALARM' } as const;
    expect(hung(twice(null, UP), alarm)).toMatchObject({ kind: 'swap', reason: 'owner-silent' });
  });

  it('loses them too if its peer has lost its session with it, which was up of late', () => {
    const lost = (pairUpAt: number | undefined, standby = ALONE) =>
      hung(
        twice(null, standby).map((each) => ({ ...each, pairUpAt })),
        probe,
        { statusChecks: 'ok' },
      );
    expect(lost(NOW - 120_000)).toMatchObject({ kind: 'swap', reason: 'owner-silent' });
    expect(lost(NOW - 2_000_000).kind).toBe('hold');
    expect(lost(undefined).kind).toBe('hold');
    expect(lost(NOW - 1_000, UP).kind).toBe('hold');
  });

  it('keeps them after one round, if it answers, if its checks pass, or if it says that it has a path', () => {
    expect(hung([round(NOW - 1_000, null, UP)])).toMatchObject({ kind: 'hold', reason: 'one-probe-only' });
    expect(hung([round(NOW - 60_000, null, UP), round(NOW - 1_000, UP, UP)]).kind).toBe('hold');
    expect(hung(twice(null, UP), probe, { statusChecks: 'ok' }).kind).toBe('hold');
    const claim = { statements: [{ by: 'itself', at: NOW - 30_000, bgp: UP }] } as const;
    expect(hung(twice(null, UP), probe, claim)).toMatchObject({ reason: 'owner-healthy' });
  });
});

describe('never to a router that is not proven fit', () => {
  it.each<[string, Partial<RouterFacts>, string]>([
    ['its instance does not run', { instance: 'stopped' }, 'its instance is stopped'],
    [
      'EC2 does not say how it is, and it has signed nothing of late',
      { instance: 'unknown', statements: [{ by: 'probe', at: NOW, bgp: UP }] },
      'its instance is unknown',
    ],
    ['its interface is attached elsewhere', { interface: 'elsewhere' }, 'is attached to another instance'],
    ['its interface is detached', { interface: 'detached' }, 'is not attached'],
    ['its source/dest check is on', { sourceDestCheck: true }, `the source/dest check of ${STANDBY_ENI} is on`],
    ['nobody knows its BGP', { statements: [] }, 'nothing is known of its eBGP sessions'],
    [
      'its eBGP is down',
      { statements: [{ by: 'itself', at: NOW, bgp: DOWN }] },
      'none of its 1 eBGP sessions is Established',
    ],
    [
      'its session is up and brings no prefix',
      { statements: [{ by: 'itself', at: NOW, bgp: EMPTY }] },
      'no prefix is received over any of its tunnels',
    ],
    [
      'nobody can tell how its sessions are',
      { statements: [{ by: 'itself', at: NOW, bgp: UNREADABLE }] },
      'its eBGP sessions could not be read',
    ],
    [
      'it says itself that it has none, whatever the probe found before',
      {
        statements: [
          { by: 'itself', at: NOW - 100, bgp: DOWN },
          { by: 'probe', at: NOW - 50_000, bgp: UP },
        ],
      },
      'none of its 1 eBGP sessions is Established (by its own report',
    ],
    [
      'it said half a minute ago that it has none, and the probe found one before that',
      {
        statements: [
          { by: 'itself', at: NOW - 30_000, bgp: DOWN },
          { by: 'probe', at: NOW - 50_000, bgp: UP },
        ],
      },
      'none of its 1 eBGP sessions is Established (by its own report, 30 s ago)',
    ],
    ['its claim is stale', { statements: [{ by: 'itself', at: NOW - 11_000, bgp: UP }] }, '11 s old'],
    [
      'the probe was too long ago',
      { statements: [{ by: 'probe', at: NOW - 90_001, bgp: UP }] },
      '90 s old (by the probe)',
    ],
  ])('refuses when %s', (_, standby, why) => {
    const decision = decide(
      situation({ routers: routers({ statements: [{ by: 'probe', at: NOW, bgp: UP }] }, standby) }),
    );
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'target-unfit' });
    expect(decision.says).toContain(why);
  });

  it('takes a router for running that has just signed a request, where EC2 does not say how its instance is', () => {
    expect(decide(situation({ routers: routers({}, { instance: 'unknown', statusChecks: 'unknown' }) })).kind).toBe(
      'swap',
    );
  });

  it('goes by an older word that counts where the newest cannot be read', () => {
    const statements = [
      { by: 'itself', at: NOW - 100, bgp: UNREADABLE },
      { by: 'probe', at: NOW - 20_000, bgp: UP },
    ] as const;
    expect(decide(situation({ routers: routers({}, { statements }) })).kind).toBe('swap');
  });

  it('keeps a router in maintenance out, whatever its name is by now', () => {
    const maintenance = { [STANDBY_ENI]: { since: NOW - 60_000, by: 'ann', reason: 'disk' } };
    const renamed = { ...SITE.routers.standby, name: 'tokyo-9' };
    const site = { ...SITE, routers: { ...SITE.routers, standby: renamed } };
    const seen = situation({
      site,
      trigger: { ...REPORT, reporter: 'tokyo-9' },
      routers: { 'tokyo-1': RUNNING, 'tokyo-9': FIT_BY_CLAIM },
      memory: memory({ maintenance }),
    });
    expect(decide(seen)).toMatchObject({ kind: 'refuse', reason: 'both-unfit' });
    expect(decide(seen).says).toContain('it is in maintenance (ann: disk)');
  });

  it('changes nothing when both are unfit', () => {
    const seen = situation({ routers: routers({ instance: 'stopped' }, { instance: 'stopped' }) });
    expect(decide(seen)).toMatchObject({ kind: 'refuse', reason: 'both-unfit' });
  });

  it('does not skip this rule for a person', () => {
    const trigger = {
      kind: 'operator',
      id: 'o',
      act: 'switchover',
      to: 'tokyo-2',
      by: 'ann',
      reason: 'kernel',
      overrides: [],
    } as const;
    expect(decide(situation({ trigger, routers: routers({}, { sourceDestCheck: true }) }))).toMatchObject({
      kind: 'refuse',
    });
  });
});

describe('hold-down', () => {
  it('refuses a second automatic swap within hold-down and says for how long', () => {
    const decision = decide(situation({ memory: memory({ automaticSwaps: [NOW - 60_000] }) }));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'hold-down' });
    expect(decision.says).toContain('hold-down lasts another 240 s');
  });

  it('a shorter one gives an owner that its peer only lost sight of the time to say that it has a path', () => {
    const after = (ms: number, noticedMs: number) =>
      decide(
        situation({
          site: policy({ holdDownMs: 30_000 }),
          trigger: { ...REPORT, detectedAt: NOW - ms + noticedMs, confirmedAt: NOW, noticedAt: NOW - ms + noticedMs },
          memory: memory({ automaticSwaps: [NOW - ms] }),
        }),
      );
    expect(after(40_000, 6_000)).toMatchObject({ kind: 'refuse', reason: 'hold-down' });
    expect(after(40_000, 20_000)).toMatchObject({ kind: 'swap' });
    expect(after(120_000, 6_000)).toMatchObject({ kind: 'swap' });
  });

  it('allows it when hold-down is over', () => {
    expect(decide(situation({ memory: memory({ automaticSwaps: [NOW - 300_000] }) })).kind).toBe('swap');
  });

  it('refuses more automatic swaps in an hour than the policy allows', () => {
    const automaticSwaps = [NOW - 3_000_000, NOW - 2_000_000, NOW - 1_000_000];
    expect(decide(situation({ memory: memory({ automaticSwaps }) }))).toMatchObject({
      kind: 'refuse',
      reason: 'too-many-swaps',
    });
  });

  it('brings routes back that somebody took from where the last swap had put them: that is no new swap', () => {
    const last = { lastTarget: STANDBY_ENI, automaticSwaps: [NOW - 60_000] };
    const taken = (routes: Observation['routes'], change: Partial<Memory> = {}) =>
      decide(situation({ routes, memory: memory({ ...last, ...change }) }));
    expect(taken(routesAt(STANDBY_ENI, ACTIVE_ENI))).toMatchObject({ kind: 'swap', automatic: false });
    expect(taken(allAt(ACTIVE_ENI))).toMatchObject({ kind: 'swap', automatic: false });
    expect(taken(allAt(ACTIVE_ENI), { lastTarget: ACTIVE_ENI })).toMatchObject({ reason: 'hold-down' });
    expect(taken(allAt(ACTIVE_ENI), { automaticSwaps: [NOW - 900_000] })).toMatchObject({
      kind: 'swap',
      automatic: true,
    });
  });

  it('counts nothing where a person has just moved the routes there, and EC2 still shows them where they were', () => {
    const switchover = { lastTarget: STANDBY_ENI, lastBeganAt: NOW - 2_000, automaticSwaps: [] };
    const seen = situation({ routes: allAt(ACTIVE_ENI), memory: memory(switchover) });
    expect(decide(seen)).toMatchObject({ kind: 'swap', automatic: false });
  });

  it('does not count for a person', () => {
    const trigger = {
      kind: 'operator',
      id: 'o',
      act: 'failback',
      to: 'tokyo-2',
      by: 'ann',
      reason: 'test',
      overrides: [],
    } as const;
    const seen = situation({ trigger, memory: memory({ automaticSwaps: [NOW - 1_000] }) });
    expect(decide(seen)).toMatchObject({ kind: 'swap', reason: 'failback', automatic: false });
  });
});

describe('without the store', () => {
  const asks = (overrides: OperatorTrigger['overrides'], routersNow = routers({})) =>
    decide(
      situation({
        trigger: {
          kind: 'operator',
          id: 'o',
          act: 'switchover',
          to: 'tokyo-2',
          by: 'ann',
          reason: 'outage',
          overrides,
        },
        routers: routersNow,
        memory: memory({ reachable: false }),
      }),
    );

  it('refuses a person, and says by which name the rule is set aside', () => {
    expect(asks(['paused'])).toMatchObject({ kind: 'refuse', reason: 'memory-unreachable' });
    expect(asks([]).says).toContain('override "memory-unreachable"');
  });

  it('moves the routes for a person who says so, without a lease', () => {
    expect(asks(['memory-unreachable'])).toMatchObject({ kind: 'swap', reason: 'switchover', withoutLease: true });
  });

  it('moves nothing to a router that is not proven fit, whoever says what', () => {
    const blind = routers({}, { statements: [] });
    expect(asks(['memory-unreachable'], blind)).toMatchObject({ kind: 'refuse', reason: 'both-unfit' });
  });
});

describe('mode', () => {
  it('observe: says what it would do and moves nothing', () => {
    const decision = decide(situation({ site: policy({ mode: 'observe' }) }));
    expect(decision).toMatchObject({ kind: 'note', reason: 'reported-by-survivor' });
    expect(decision.says).toContain('would move to tokyo-2');
  });

  it('off: refuses', () => {
    expect(decide(situation({ site: policy({ mode: 'off' }) }))).toMatchObject({ kind: 'refuse', reason: 'mode-off' });
  });
});

describe('prefer: safety', () => {
  const site = policy({ prefer: 'safety' });

  it('wants a witness who is not the survivor', () => {
    expect(decide(situation({ site }))).toMatchObject({ kind: 'refuse', reason: 'second-witness-missing' });
  });

  it('takes the probe as one', () => {
    expect(decide(situation({ site, memory: memory({ probes: [round(NOW - 30_000, DOWN, UP)] }) })).kind).toBe('swap');
  });

  it('takes EC2 as one', () => {
    expect(decide(situation({ site, routers: routers({ instance: 'stopping' }) })).kind).toBe('swap');
  });
});

describe('swaps that met trouble', () => {
  const unfinished = { epoch: 4, to: STANDBY_ENI, reason: 'reported-by-survivor' };
  const half = routesAt(STANDBY_ENI, ACTIVE_ENI);

  it('goes on with one that stopped midway, hold-down or not', () => {
    const seen = situation({ routes: half, memory: memory({ unfinished, automaticSwaps: [NOW - 1_000] }) });
    expect(decide(seen)).toMatchObject({
      kind: 'swap',
      reason: 'finish-swap',
      automatic: false,
      to: { name: 'tokyo-2' },
    });
  });

  it('does not go on to a router that its peer has just reported, although it was well when it was read last', () => {
    const back = { statusChecks: 'impaired', statements: [{ by: 'itself', at: NOW, bgp: UP }] } as const;
    const read = { statements: [{ by: 'probe', at: NOW - 60_000, bgp: UP }] } as const;
    // What the probe found before it was back is disputed by now.
    const probes = [round(NOW - 120_000, null, UP), round(NOW - 60_000, null, UP)];
    const seen = {
      trigger: { ...REPORT, reporter: 'tokyo-1', subject: 'tokyo-2' },
      routes: allAt(ACTIVE_ENI),
      routers: routers(back, read),
      memory: memory({ unfinished, probes }),
    };
    const decision = decide(situation(seen));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'target-unfit' });
    expect(decision.says).toContain('tokyo-2 is not proven fit: tokyo-1 says that tokyo-2 failed');
  });

  it('goes on, where EC2 says that what it left is of no use where it is, by the proof that was enough to begin it', () => {
    const longAgo = { statements: [{ by: 'probe', at: NOW - 3_600_000, bgp: UP }] } as const;
    const at = (owner: Partial<RouterFacts>, routes = half) =>
      decide(situation({ trigger: probe, routes, routers: routers(owner, longAgo), memory: memory({ unfinished }) }));
    expect(at({ instance: 'stopped' })).toMatchObject({ kind: 'swap', reason: 'finish-swap' });
    expect(at({ instance: 'stopped' }, allAt(ACTIVE_ENI))).toMatchObject({ kind: 'swap', reason: 'finish-swap' });
    expect(at({ sourceDestCheck: true })).toMatchObject({ kind: 'swap', reason: 'finish-swap' });
    expect(at({})).toMatchObject({ kind: 'refuse', reason: 'both-unfit' });
  });

  it('gives one up that moved nothing and whose target is not fit any more, once its lease is well over', () => {
    const unfinished = { epoch: 4, to: STANDBY_ENI, reason: 'ebgp-down-twice' };
    const well = { statements: [{ by: 'probe', at: NOW - 1_000, bgp: UP }] } as const;
    const at = (leasedUntil: number, routes = allAt(ACTIVE_ENI)) =>
      decide(
        situation({
          trigger: probe,
          routes,
          routers: routers(well, { instance: 'stopped' }),
          memory: memory({ unfinished, leasedUntil }),
        }),
      );
    expect(at(NOW - 60_000)).toMatchObject({ kind: 'swap', reason: 'give-up-swap', to: { name: 'tokyo-1' } });
    expect(at(NOW - 5_000)).toMatchObject({ kind: 'refuse', reason: 'target-unfit' });
    expect(at(NOW - 60_000, routesAt(STANDBY_ENI, ACTIVE_ENI)).reason).not.toBe('give-up-swap');
  });

  it('waits while its lease is held', () => {
    const seen = situation({ routes: half, memory: memory({ unfinished, leasedUntil: NOW + 5_000 }) });
    expect(decide(seen)).toMatchObject({ kind: 'refuse', reason: 'lease-held' });
  });

  it('starts while nobody holds a lease any more', () => {
    expect(decide(situation({ memory: memory({ leasedUntil: NOW }) })).kind).toBe('swap');
  });
});

describe('routes that are not ours', () => {
  it('refuses when no managed route points at the pair, and names them', () => {
    const decision = decide(situation({ routes: allAt('igw-1') }));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'no-managed-route' });
    expect(decision.says).toContain('rtb-00000000000000002 10.2.0.0/20');
  });
});
