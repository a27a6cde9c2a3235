import { describe, expect, it } from 'vitest';
import type { Ec2Facts } from '#aws/routers.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { ACTIVE_ENI, SITE, UP } from '../failover/situation.ts';
import { AUTOMATIC, COMMAND, HOUR, listed, MINUTE, owners, round, site, told } from './evacuated-site.ts';

const { active } = SITE.routers;

describe('a scheduled event that EC2 lists', () => {
  it('is announced once, with its kind, its time and the command that makes it harmless; again when it is near', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-retirement', 70 * MINUTE]);
    for (let minute = 0; minute < 80; minute += 1) await round(world);
    const says =
      `AWS announced instance-retirement for the instance of tokyo-1 (${active.instance}), not before ` +
      `2026-11-23 04:10:00Z (Degraded hardware). It holds the routes. To move them away: ${COMMAND('instance-retirement')}.`;
    expect(told(world)).toEqual([says, says]);
    expect(world.announced.map(({ type }) => type)).toEqual(['Router Event Scheduled', 'Router Event Scheduled']);
    expect([owners(world), world.metrics.filter(({ name }) => name === 'FailoverReady' && world).length]).toEqual([
      [ACTIVE_ENI],
      80,
    ]);
  });

  it('leaves the site ready', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-stop', HOUR]);
    await round(world);
    expect(world.metrics).toContainEqual({ name: 'FailoverReady', value: 1 });
  });

  it('is announced again when its time changes, with the previous time', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-reboot', 48 * HOUR]);
    await round(world);
    listed(world, 'tokyo-1', ['instance-reboot', 24 * HOUR]);
    await round(world);
    await round(world);
    expect(told(world)).toHaveLength(2);
    expect(told(world)[1]).toMatch(/Its time was 2026-11-25 03:00:00Z before\.$/);
  });

  it('is announced without the time of a past event of the same kind', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-reboot', 20 * MINUTE]);
    await round(world);
    world.now += HOUR;
    listed(world, 'tokyo-1', ['instance-reboot', 48 * HOUR]);
    await round(world);
    expect(told(world)).toHaveLength(2);
    expect(told(world)[1]).not.toContain('Its time was');
  });

  it('is announced for the instance that the interface is attached to', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-reboot', 48 * HOUR]);
    const attachedTo = 'i-0000000000000009a';
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...(world.ec2['tokyo-1'] as Ec2Facts), attachedTo } };
    await round(world);
    expect(told(world)[0]).toContain(`of tokyo-1 (${attachedTo})`);
  });

  it('is announced for the standby, too: nothing to move', async () => {
    const world = site();
    listed(world, 'tokyo-2', ['system-maintenance', 48 * HOUR]);
    await round(world);
    expect(told(world)[0]).toMatch(/tokyo-2 .* holds no routes, so nothing has to move, but tokyo cannot fail over/);
  });

  it('names no switchover to a router that goes at about the same time', async () => {
    const world = site(AUTOMATIC);
    listed(world, 'tokyo-1', ['system-reboot', 48 * HOUR]);
    listed(world, 'tokyo-2', ['system-reboot', 48 * HOUR + 20 * MINUTE]);
    await round(world);
    expect(told(world)[0]).toContain('tokyo-2 has an event at about the same time');
    expect(told(world).join()).not.toContain('vyos-failover switchover');
  });

  it('does not advise to postpone a Spot interruption', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['spot-interruption', 2 * MINUTE]);
    listed(world, 'tokyo-2', ['system-reboot', 20 * MINUTE]);
    await round(world);
    expect(told(world)[0]).toContain(
      `a spot interruption cannot be rescheduled: reschedule that of tokyo-2 if possible, then run ${COMMAND('spot-interruption')}.`,
    );
  });

  it('names the switchover where the other router goes, and is back, long before', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['system-reboot', 48 * HOUR]);
    listed(world, 'tokyo-2', ['system-reboot', 2 * HOUR]);
    await round(world);
    const says = `To move them away once system-reboot of tokyo-2 (not before 2026-11-23 05:00:00Z) is over: ${COMMAND('system-reboot')}.`;
    expect(told(world)[0]).toContain(says);
  });

  it('is neither announced nor dropped by a second delivery of the same event', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-stop', 48 * HOUR]);
    const { store } = world.tools();
    const before = world.stored;
    const recall = async (id: string) => ({ ...(await store.read(id)), stored: before });
    for (const _ of [1, 2]) {
      const readBgp = () => Promise.resolve({ kind: 'answered', output: JSON.stringify(UP) } as const);
      const askRouteSwap = () => Promise.resolve({ ready: true, problems: [], rehearsed: 2 });
      await probeSite(world.tools({ turn: 'one', readBgp, askRouteSwap, store: { ...store, read: recall } }));
    }
    expect(told(world)).toHaveLength(1);
  });
});
