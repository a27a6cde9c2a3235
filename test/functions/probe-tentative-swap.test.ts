import { describe, expect, it } from 'vitest';
import { SITE, STANDBY_ENI } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';
import { probeAndSwap, SILENT, UP } from './probe-rounds.ts';

describe('a round that finds the record of a tentative swap that no run decided', () => {
  const withRecord = async (site = SITE) => {
    const world = new FakeWorld(site);
    const { store } = world.tools();
    await store.beginTentatively(
      {
        epoch: 1,
        to: { router: 'tokyo-2', eni: STANDBY_ENI },
        steps: 2,
        reason: 'reported-by-survivor',
        says: 'It failed.',
        automatic: true,
        trigger: 'report-1',
        run: 'ended',
        beganAt: world.now - 60_000,
      },
      await store.read('any'),
      world.now - 60_000,
    );
    return world;
  };

  it('removes it, and neither the history nor an announcement has anything of it', async () => {
    const world = await withRecord();
    await probeAndSwap(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(world.stored).toMatchObject({ epoch: 0, tentative: undefined, automaticSwaps: [] });
    expect([world.history, world.announced]).toEqual([[], []]);
  });

  it('announces a failure that may only be noted once', async () => {
    const world = await withRecord({ ...SITE, policy: { ...SITE.policy, mode: 'observe' } });
    world.ec2['tokyo-1'] = { ...world.ec2['tokyo-1'], instance: 'stopped' } as never;
    await probeAndSwap(world, { 'tokyo-1': SILENT, 'tokyo-2': UP });
    expect(world.stored.tentative).toBeUndefined();
    expect(world.announced.map(({ type }) => type)).toEqual(['Failover Noted']);
  });
});
