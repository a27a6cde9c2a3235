import { describe, expect, it } from 'vitest';
import { SiteStatus } from '#contracts/site-status.ts';
import { fitnessOf } from '#failover/fitness.ts';
import { answerSiteRequest } from '#functions/route-swap/answer-site-request.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { DOWN, NOW, REPORT, STANDBY_ENI, UNREADABLE, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';
import { send } from './send-report.ts';

/** The standby, as the probe read it 40 s ago and again 20 s ago. */
function probed(before: typeof UP, newest: typeof UP): FakeWorld {
  const world = new FakeWorld();
  const rounds = [
    world.round(NOW - 40_000, { 'tokyo-1': UP, 'tokyo-2': before }),
    world.round(NOW - 20_000, { 'tokyo-1': UP, 'tokyo-2': newest }),
  ];
  world.stored = { ...world.stored, probes: rounds };
  return world;
}

async function isStandbyFit(world: FakeWorld): Promise<boolean> {
  const { seen } = SiteStatus.parse(await answerSiteRequest({ action: 'status' }, world.tools()));
  return fitnessOf({ ...seen, trigger: { kind: 'probe', id: '' } }, seen.site.routers.standby).fit;
}

describe('sessions that could not be read say nothing: the word before them stands for as long as it may', () => {
  it('that the probe found a path', async () => {
    expect(await isStandbyFit(probed(UP, UNREADABLE))).toBe(true);
  });

  it('that the probe found none', async () => {
    expect(await isStandbyFit(probed(DOWN, UNREADABLE))).toBe(false);
  });

  it('but not without a word before them', async () => {
    expect(await isStandbyFit(probed(UNREADABLE, UNREADABLE))).toBe(false);
  });

  it.each(['alive', 'member-failed'])(
    'that the router itself said that it lost its path, in a message "%s"',
    async (event) => {
      const world = probed(UP, UP);
      // The routes are there already, so that its reports move nothing.
      for (const name of world.targets.keys()) world.targets.set(name, STANDBY_ENI);
      const about = event === 'alive' ? 'tokyo-2' : 'tokyo-1';
      const say = (bgp: 'down' | 'unreadable' | 'unread' | 'up') => {
        world.now += 3_000;
        return send(world, { id: `said-${world.now}`, by: 'tokyo-2', about, event }, { bgp });
      };
      const fit: boolean[] = [];
      for (const bgp of ['down', 'unreadable', 'unread', 'up'] as const) {
        await say(bgp);
        fit.push(await isStandbyFit(world));
      }
      expect(fit).toEqual([false, false, false, true]);
    },
  );

  it.each(['unreadable', 'unread'] as const)(
    'nor does it end a veto: the owner’s heartbeat said that it has a path, and the next one is %s',
    async (bgp) => {
      const world = new FakeWorld();
      const noticed = world.now;
      for (const said of ['up', bgp] as const) {
        world.now += 3_000;
        await send(world, { id: `said-${world.now}`, by: 'tokyo-1', about: 'tokyo-1', event: 'alive' }, { bgp: said });
      }
      const times = { at: world.now, detectedAt: noticed, noticedAt: noticed };
      expect(await swapRoutes({ ...REPORT, ...times }, world.tools())).toMatchObject({ reason: 'owner-healthy' });
    },
  );
});
