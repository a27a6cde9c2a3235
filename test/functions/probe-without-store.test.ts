import { describe, expect, it } from 'vitest';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, ALONE, DOWN as NO_PATH, UP as PATH, readOn, SITE, STANDBY_ENI } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';
import { counted, DOWN, probe, REHEARSE, SILENT, UP } from './probe-rounds.ts';

describe('a round of the probe', () => {
  it('asks for a failover all the same when the store is down', async () => {
    const world = new FakeWorld();
    world.ec2 = {
      ...world.ec2,
      'tokyo-1': { instance: 'stopped', interface: 'attached', sourceDestCheck: false, statusChecks: 'unknown' },
    };
    world.storeDown = true;
    expect((await probe(world, { 'tokyo-1': SILENT, 'tokyo-2': UP })).asked).toMatchObject([{ action: 'probe' }]);
  });

  describe('while the store does not answer, goes by what its own environment has read', () => {
    const bad = { 'tokyo-1': DOWN, 'tokyo-2': UP };

    it('in the second round it asks, and hands both over', async () => {
      const world = Object.assign(new FakeWorld(), { storeDown: true });
      expect((await probe(world, bad)).asked).toEqual([REHEARSE]);
      const [request] = (await probe(world, bad)).asked;
      const readings = {
        [ACTIVE_ENI]: readOn(SITE.routers.active, NO_PATH),
        [STANDBY_ENI]: readOn(SITE.routers.standby, PATH),
      };
      expect(request).toMatchObject({ action: 'probe', rounds: [{ readings }, { readings }] });
      expect(readDirectRequest(JSON.parse(JSON.stringify(request)), SITE)).toMatchObject({
        trigger: { kind: 'probe', rounds: [{ readings }, { readings }] },
      });
    });

    it('also of the rounds from before the store went away, and no more of them than the store would keep', async () => {
      const world = new FakeWorld();
      for (let turn = 0; turn < 5; turn++) await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
      await probe(world, bad);
      world.storeDown = true;
      expect((await probe(world, bad)).asked).toMatchObject([{ action: 'probe', rounds: { length: 3 } }]);
    });

    it('once it answers again, it stores what was read meanwhile, and no rounds are passed on', async () => {
      const world = Object.assign(new FakeWorld(), { storeDown: true });
      await probe(world, bad);
      world.storeDown = false;
      expect((await probe(world, bad)).asked).toEqual([{ action: 'probe', id: 'probe-run-1' }]);
      expect(world.stored.probes).toHaveLength(2);
    });

    it('once it has stored them, goes by the store alone: rounds that are no longer there count for nothing', async () => {
      const world = new FakeWorld();
      await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
      world.stored = { ...world.stored, probes: [] };
      await probe(world, { 'tokyo-1': UP, 'tokyo-2': SILENT });
      expect(world.stored.probes).toHaveLength(1);
    });

    it('while it answers and takes nothing as well: the owner without a path loses the routes after the second round', async () => {
      const world = new FakeWorld();
      for (let turn = 0; turn < 3; turn++) await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
      world.makeStoreReadOnly();
      expect((await probe(world, bad)).asked).toEqual([REHEARSE]);
      const [request] = (await probe(world, bad)).asked;
      const asked = readDirectRequest(JSON.parse(JSON.stringify(request)), SITE);
      if (!('trigger' in asked)) throw new Error('no trigger');
      expect(await swapRoutes(asked.trigger, world.tools())).toMatchObject({
        outcome: 'swapped',
        reason: 'ebgp-down-twice',
        lockBypassed: true,
      });
    });

    it('also of when the session between the routers was up last', async () => {
      const world = Object.assign(new FakeWorld(), { storeDown: true });
      for (const answers of [{ 'tokyo-1': UP, 'tokyo-2': UP }, {}, {}, {}]) {
        await probe(world, { 'tokyo-1': SILENT, 'tokyo-2': counted(ALONE), ...answers });
      }
      const kept = world.recent.rounds.map(({ pairUpAt }) => pairUpAt);
      expect(new Set(kept)).toEqual(new Set([world.now - 240_000]));
    });
  });
});
