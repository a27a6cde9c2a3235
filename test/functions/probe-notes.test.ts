import { describe, expect, it } from 'vitest';
import type { CommandEnd } from '#aws/run-command.ts';
import { SITE, STANDBY_ENI } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';
import { DOWN, probeAndSwap, SILENT, UP } from './probe-rounds.ts';

const DENIED = { code: 'UnauthorizedOperation', message: 'No.', kind: 'final' } as const;

describe('a round that may only note', () => {
  const observing = () => new FakeWorld({ ...SITE, policy: { ...SITE.policy, mode: 'observe' } });
  const stop = (world: FakeWorld) => {
    world.ec2 = {
      ...world.ec2,
      'tokyo-1': { instance: 'stopped', interface: 'attached', sourceDestCheck: false, statusChecks: 'unknown' },
    };
  };
  const round = (world: FakeWorld, active: CommandEnd) => probeAndSwap(world, { 'tokyo-1': active, 'tokyo-2': UP });
  const told = (world: FakeWorld) => world.announced.map(({ type, detail }): unknown[] => [type, detail.reason]);

  it('announces once for each failure what would be done, however many rounds find it; each has an entry in the history', async () => {
    const world = observing();
    await round(world, UP);
    stop(world);
    for (const _ of [1, 2, 3]) await round(world, SILENT);
    world.ec2 = new FakeWorld().ec2;
    for (const _ of [1, 2, 3]) await round(world, UP);
    stop(world);
    for (const _ of [1, 2, 3]) await round(world, SILENT);
    const failure = [
      ['Failover Noted', 'owner-not-running'],
      ['Site Degraded', undefined],
    ];
    expect(told(world)).toEqual([...failure, ['Site Recovered', undefined], ...failure]);
    expect(world.history).toMatchObject([
      { detector: 'probe', outcome: 'noted', reason: 'owner-not-running', moved: 0 },
      { detector: 'probe', outcome: 'noted', reason: 'owner-not-running', moved: 0 },
    ]);
    expect(world.replaced).toEqual([]);
  });

  it('announces it once, too, while the store accepts neither rounds nor health', async () => {
    const world = observing();
    await round(world, UP);
    world.makeStoreReadOnly();
    for (const _ of [1, 2, 3, 4]) await round(world, DOWN);
    expect(told(world)).toEqual([['Failover Noted', 'ebgp-down-twice']]);
  });

  it('announces the site’s health in the same minute', async () => {
    const world = observing();
    stop(world);
    for (const _ of [1, 2, 3]) {
      // Two calls at once, the first route's among them, and that one again.
      world.faults = [DENIED, 'replaced', DENIED];
      await round(world, SILENT);
    }
    expect(world.metrics).toContainEqual({ name: 'FailoverReady', value: 0 });
    expect(world.announced.find(({ type }) => type === 'Site Degraded')?.detail.problems).toEqual([
      'EC2 reports that tokyo-1 is stopped',
      'rtb-00000000000000001 10.2.0.0/20 could not be moved: UnauthorizedOperation: No',
    ]);
  });

  it('leaves the swap to the first round after the pause, by an id that is not used up', async () => {
    const world = new FakeWorld();
    world.stored = {
      ...world.stored,
      pause: { since: world.now, until: world.now + 90_000, by: 'ann', reason: 'x' },
    };
    stop(world);
    for (const _ of [1, 2]) await round(world, SILENT);
    expect(world.replaced).toEqual([]);
    await round(world, SILENT);
    expect([...world.targets.values()]).toEqual([STANDBY_ENI, STANDBY_ENI]);
    expect(told(world).filter(([, reason]) => reason === 'owner-not-running')).toEqual([
      ['Failover Noted', 'owner-not-running'],
      ['Failover Completed', 'owner-not-running'],
    ]);
  });
});
