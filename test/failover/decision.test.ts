import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { Memory, ProbeRound } from '#failover/memory.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import type { OperatorTrigger } from '#failover/trigger.ts';
import {
  ACTIVE_ENI,
  allAt,
  FIT_BY_CLAIM,
  NOW,
  REPORT,
  RUNNING,
  routesAt,
  SITE,
  STANDBY_ENI,
  situation,
} from './situation.ts';

const memory = (change: Partial<Memory>): Memory => ({ ...situation().memory, ...change });
const policy = (change: Partial<Observation['site']['policy']>) => ({ ...SITE, policy: { ...SITE.policy, ...change } });
const routers = (active: Partial<RouterFacts>, standby: Partial<RouterFacts> = {}) => ({
  'tokyo-1': { ...RUNNING, ...active },
  'tokyo-2': { ...FIT_BY_CLAIM, ...standby },
});
const up = { established: 1, configured: 1 };
const down = { established: 0, configured: 1 };
const round = (at: number, active: ProbeRound['ebgp'][string], standby: ProbeRound['ebgp'][string]): ProbeRound => ({
  at,
  ebgp: { 'tokyo-1': active, 'tokyo-2': standby },
});
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

  it('swaps on the second of two probes in a row that find the owner without eBGP and the other router well', () => {
    const probes = [round(NOW - 60_000, down, up), round(NOW - 1_000, down, up)];
    const seen = situation({ trigger: probe, memory: memory({ probes }) });
    expect(decide(seen)).toMatchObject({ kind: 'swap', reason: 'ebgp-down-twice' });
  });

  it('fails over back to the preferred router when the present owner dies: a failover like any other', () => {
    const trigger = { ...REPORT, reporter: 'tokyo-1', subject: 'tokyo-2' };
    const seen = situation({ trigger, routes: atStandby, routers: { 'tokyo-1': FIT_BY_CLAIM, 'tokyo-2': RUNNING } });
    expect(decide(seen)).toMatchObject({ kind: 'swap', to: { name: 'tokyo-1' } });
  });
});

describe('what does not', () => {
  it.each<[string, readonly ProbeRound[]]>([
    ['one bad probe', [round(NOW - 60_000, up, up), round(NOW - 1_000, down, up)]],
    ['a silent owner (unknown is not down)', [round(NOW - 60_000, null, up), round(NOW - 1_000, null, up)]],
    [
      'two bad probes of which the other router was bad in one',
      [round(NOW - 60_000, down, down), round(NOW - 1_000, down, up)],
    ],
    ['two bad probes long ago', [round(NOW - 600_000, down, up), round(NOW - 540_000, down, up)]],
    ['a recovery in the second probe', [round(NOW - 60_000, down, up), round(NOW - 1_000, up, up)]],
  ])('holds on %s', (_, probes) => {
    expect(decide(situation({ trigger: probe, memory: memory({ probes }) })).kind).toBe('hold');
  });

  it('finds nothing to move when the router in question holds no routes', () => {
    expect(decide(situation({ routes: atStandby }))).toMatchObject({ kind: 'already' });
  });

  it("heeds the owner's own fresh healthy statement: a veto", () => {
    const statements = [{ by: 'itself', at: NOW - 3_000, ...up }] as const;
    const decision = decide(situation({ routers: routers({ statements }) }));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'owner-healthy' });
    expect(decision.says).toContain('tokyo-1 itself said 3 s ago that 1 of its eBGP sessions are Established');
  });

  it.each([
    ['older than 10 s', { by: 'itself', at: NOW - 10_001, ...up }],
    ['not healthy', { by: 'itself', at: NOW - 1_000, ...down }],
    ["the probe's, which may be older than the failure", { by: 'probe', at: NOW - 1_000, ...up }],
  ] as const)('takes no veto from a statement that is %s', (_, statement) => {
    expect(decide(situation({ routers: routers({ statements: [statement] }) })).kind).toBe('swap');
  });

  it('heeds that veto against the probe too', () => {
    const probes = [round(NOW - 60_000, down, up), round(NOW - 1_000, down, up)];
    const statements = [{ by: 'itself', at: NOW - 3_000, ...up }] as const;
    const seen = situation({ trigger: probe, memory: memory({ probes }), routers: routers({ statements }) });
    expect(decide(seen)).toMatchObject({ kind: 'refuse', reason: 'owner-healthy' });
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
    const unfinished = { epoch: 4, to: 'tokyo-1', reason: 'failback' };
    const seen = situation({ trigger, routes: atStandby, memory: memory({ unfinished }) });
    expect(decide(seen)).toMatchObject({ kind: 'swap', to: { name: 'tokyo-2' } });
    expect(decide(seen).says).toContain('Swap 4 to tokyo-1 (failback) had stopped midway and is given up.');
  });

  it('takes no veto from a heartbeat of before the failure was noticed, but one from after it', () => {
    const beat = (at: number) => routers({ statements: [{ by: 'itself', at, heartbeat: true, ...up }] });
    const trigger = { ...REPORT, detectedAt: NOW - 1_000 };
    expect(decide(situation({ trigger, routers: beat(NOW - 1_500) })).kind).toBe('swap');
    expect(decide(situation({ trigger, routers: beat(NOW - 500) }))).toMatchObject({ reason: 'owner-healthy' });
    expect(decide(situation({ routers: beat(NOW - 1_500) }))).toMatchObject({ reason: 'owner-healthy' });
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

describe('never to a router that is not proven fit', () => {
  it.each<[string, Partial<RouterFacts>, string]>([
    ['its instance does not run', { instance: 'stopped' }, 'its instance is stopped'],
    ['EC2 does not say how it is', { instance: 'unknown' }, 'its instance is unknown'],
    ['its interface is attached elsewhere', { interface: 'elsewhere' }, 'is attached to another instance'],
    ['its interface is detached', { interface: 'detached' }, 'is not attached'],
    ['its source/dest check is on', { sourceDestCheck: true }, `the source/dest check of ${STANDBY_ENI} is on`],
    ['nobody knows its BGP', { statements: [] }, 'nothing is known of its eBGP sessions'],
    [
      'its eBGP is down',
      { statements: [{ by: 'itself', at: NOW, ...down }] },
      'none of its 1 eBGP sessions is Established',
    ],
    [
      'it says itself that it has none, whatever the probe found before',
      {
        statements: [
          { by: 'itself', at: NOW - 100, ...down },
          { by: 'probe', at: NOW - 50_000, ...up },
        ],
      },
      'none of its 1 eBGP sessions is Established (by its own report',
    ],
    [
      'it said half a minute ago that it has none, and the probe found one before that',
      {
        statements: [
          { by: 'itself', at: NOW - 30_000, ...down },
          { by: 'probe', at: NOW - 50_000, ...up },
        ],
      },
      'none of its 1 eBGP sessions is Established (by its own report, 30 s ago)',
    ],
    ['its claim is stale', { statements: [{ by: 'itself', at: NOW - 11_000, ...up }] }, '11 s old'],
    [
      'the probe was too long ago',
      { statements: [{ by: 'probe', at: NOW - 90_001, ...up }] },
      '90 s old (by the probe)',
    ],
  ])('refuses when %s', (_, standby, why) => {
    const decision = decide(
      situation({ routers: routers({ statements: [{ by: 'probe', at: NOW, ...up }] }, standby) }),
    );
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'target-unfit' });
    expect(decision.says).toContain(why);
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
    expect(decide(situation({ site, memory: memory({ probes: [round(NOW - 30_000, down, up)] }) })).kind).toBe('swap');
  });

  it('takes EC2 as one', () => {
    expect(decide(situation({ site, routers: routers({ instance: 'stopping' }) })).kind).toBe('swap');
  });
});

describe('swaps that met trouble', () => {
  const unfinished = { epoch: 4, to: 'tokyo-2', reason: 'reported-by-survivor' };
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

  it('gives one up that moved nothing and whose target is not fit any more, once its lease is well over', () => {
    const unfinished = { epoch: 4, to: 'tokyo-2', reason: 'ebgp-down-twice' };
    const well = { statements: [{ by: 'probe', at: NOW - 1_000, ...up }] } as const;
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
