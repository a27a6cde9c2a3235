import { describe, expect, it } from 'vitest';
import { ACTIVE_ENI, NOW, SITE, STANDBY_ENI } from '../failover/situation.ts';
import {
  AUTOMATIC,
  COMMAND,
  delivered,
  HOUR,
  health,
  listed,
  MINUTE,
  owners,
  probed,
  round,
  site,
  told,
} from './evacuated-site.ts';

const { active, standby } = SITE.routers;

const spot = (instance = active.instance) => ({
  source: 'aws.ec2',
  'detail-type': 'EC2 Spot Instance Interruption Warning',
  detail: { 'instance-id': instance, 'instance-action': 'terminate' },
});

describe('a spot interruption warning', () => {
  it('is announced at once, once, with the command, and recorded in the history; no route moves automatically', async () => {
    const world = probed(site());
    await delivered(world, spot());
    world.now += 2_000;
    await delivered(world, spot());
    await round(world);
    expect(told(world)).toHaveLength(1);
    expect(told(world)[0]).toMatch(
      /spot-interruption .* not before 2026-11-23 03:01:59Z .*terminate\)\. It holds the routes/,
    );
    expect(told(world)[0]).toContain(COMMAND('spot-interruption'));
    expect(world.history).toMatchObject([{ detector: 'ec2', outcome: 'noted', reason: 'spot-interruption' }]);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('moves the routes at once with policy: { evacuate: automatic }', async () => {
    const world = probed(site(AUTOMATIC));
    expect(await delivered(world, spot())).toMatchObject({
      outcome: 'swapped',
      reason: 'evacuation',
      owner: 'tokyo-2',
    });
    expect(world.announced.map(({ type }) => type)).toEqual(['Failover Completed']);
    expect(world.announced[0]?.detail['says']).toContain('AWS announced spot-interruption for the instance of tokyo-1');
    expect(world.stored.notices).toHaveLength(1);
    world.stored = { ...world.stored, automaticSwaps: [] };
    for (let minute = 0; minute < 3; minute += 1) await round(world);
    expect([owners(world), world.announced.length]).toEqual([[STANDBY_ENI], 1]);
  });

  it('is announced also if another event moves the routes at that moment', async () => {
    const world = probed(site(AUTOMATIC));
    listed(world, 'tokyo-1', ['system-reboot', 10 * MINUTE]);
    expect(await delivered(world, health(48 * HOUR))).toMatchObject({ outcome: 'swapped', reason: 'evacuation' });
    expect(told(world)).toEqual([expect.stringMatching(/instance-retirement.* not before 2026-11-25 03:00:00Z/i)]);
  });

  it('moves them also where another failover had brought them a few minutes before', async () => {
    const world = probed(site({ ...AUTOMATIC, holdDownMs: 60_000 }));
    world.stored = {
      ...world.stored,
      lastTarget: ACTIVE_ENI,
      lastBeganAt: NOW - 300_000,
      automaticSwaps: [NOW - 300_000],
    };
    expect(await delivered(world, spot())).toMatchObject({ outcome: 'swapped', reason: 'evacuation' });
  });

  it('that moves nothing yet, because the other router is not proven fit, is announced with the reason and the command', async () => {
    const world = site(AUTOMATIC);
    expect(await delivered(world, spot())).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    expect(told(world)[0]).toMatch(
      /move to tokyo-2 automatically now if it is fit then. To move them earlier: vyos-failover/,
    );
  });

  it('of the standby moves nothing, and its instance is no target of an evacuation any more', async () => {
    const world = probed(site(AUTOMATIC));
    await delivered(world, spot(standby.instance));
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('is stored while the store answers, and announced even while it does not', async () => {
    const world = probed(site());
    world.storeDown = true;
    await delivered(world, spot());
    expect(told(world)).toHaveLength(1);
  });

  it('a rebalance recommendation is announced, and moves nothing: it has no time', async () => {
    const world = probed(site(AUTOMATIC));
    const detail = { 'instance-id': active.instance };
    await delivered(world, { source: 'aws.ec2', 'detail-type': 'EC2 Instance Rebalance Recommendation', detail });
    await round(world);
    expect(told(world)).toHaveLength(1);
    expect(told(world)[0]).toContain(COMMAND('rebalance-recommendation'));
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });
});
