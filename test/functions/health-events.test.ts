import { describe, expect, it } from 'vitest';
import type { Ec2Facts } from '#aws/routers.ts';
import { ACTIVE_ENI, NOW, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import {
  AUTOMATIC,
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

describe('an event of AWS Health', () => {
  it('is announced by EC2’s name, and not again when EC2 lists it', async () => {
    const world = site();
    await delivered(world, health(48 * HOUR));
    listed(world, 'tokyo-1', ['instance-retirement', 48 * HOUR]);
    await round(world);
    expect(told(world)).toHaveLength(1);
    expect(told(world)[0]).toContain('AWS announced instance-retirement for the instance of tokyo-1');
  });

  it('is not announced if health-probe has announced it', async () => {
    const world = site();
    listed(world, 'tokyo-1', ['instance-retirement', 48 * HOUR]);
    await round(world);
    await delivered(world, health(48 * HOUR));
    expect(told(world)).toHaveLength(1);
  });

  it('makes the routes leave, although EC2 lists nothing', async () => {
    const world = site(AUTOMATIC);
    await delivered(world, health(10 * MINUTE));
    await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
  });

  it('that is closed is over', async () => {
    const world = site(AUTOMATIC);
    await delivered(world, health(20 * MINUTE));
    world.now += MINUTE;
    await delivered(world, health(20 * MINUTE, { statusCode: 'closed' }));
    for (let minute = 0; minute < 10; minute += 1) await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
    expect(told(world)).toHaveLength(1);
  });

  it('that is closed ends no later one of the same kind', async () => {
    const world = site(AUTOMATIC);
    await delivered(world, health(20 * MINUTE));
    world.now += MINUTE;
    await delivered(world, health(-72 * HOUR, { statusCode: 'closed' }));
    for (let minute = 0; minute < 10; minute += 1) await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
  });

  it('that is closed in the last minutes moves nothing by the very message', async () => {
    const world = site(AUTOMATIC);
    await delivered(world, health(16 * MINUTE));
    world.now += 2 * MINUTE;
    world.stored = { ...world.stored, probes: [world.round(world.now - 1_000, { 'tokyo-1': UP, 'tokyo-2': UP })] };
    await delivered(world, health(16 * MINUTE, { statusCode: 'closed' }));
    expect([owners(world), world.stored.notices]).toEqual([[ACTIVE_ENI], []]);
  });

  it.each(['[Canceled]', '[Completed]'])('that EC2 lists as %s is over, without a closing event', async (mark) => {
    const world = site(AUTOMATIC);
    await delivered(world, health(20 * MINUTE));
    const events = [{ code: 'instance-retirement', description: `${mark} Degraded hardware.`, over: true as const }];
    const notBefore = world.now + 20 * MINUTE;
    for (let minute = 0; minute < 30; minute += 1) {
      world.ec2['tokyo-1'] = {
        ...(world.ec2['tokyo-1'] as Ec2Facts),
        events: events.map((e) => ({ ...e, notBefore })),
      };
      await round(world);
    }
    expect([owners(world), told(world).length]).toEqual([[ACTIVE_ENI], 1]);
  });

  it('counts beside an older one of the same kind that EC2 lists as [Completed]', async () => {
    const world = site(AUTOMATIC);
    const over = { code: 'instance-retirement', description: '[Completed] x', notBefore: NOW - 72 * HOUR, over: true };
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...(world.ec2['tokyo-1'] as Ec2Facts), events: [over] } };
    await delivered(world, health(10 * MINUTE));
    await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
  });

  it('whose instance is RESOLVED is over for that instance', async () => {
    const world = site(AUTOMATIC);
    await delivered(world, health(20 * MINUTE));
    world.now += MINUTE;
    const affectedEntities = [{ entityValue: active.instance, status: 'RESOLVED' }];
    await delivered(world, health(20 * MINUTE, { statusCode: 'upcoming', affectedEntities }));
    for (let minute = 0; minute < 10; minute += 1) await round(world);
    expect([owners(world), told(world).length]).toEqual([[ACTIVE_ENI], 1]);
  });

  it('of the standby is announced, also by a delivery that moves the routes there before an event of the owner', async () => {
    const world = probed(site(AUTOMATIC));
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    const its = { resources: [standby.instance], affectedEntities: [{ entityValue: standby.instance }] };
    expect(await delivered(world, health(72 * HOUR, its))).toMatchObject({ outcome: 'swapped', reason: 'evacuation' });
    await round(world);
    const ofStandby = told(world).filter((says) => says.includes('of tokyo-2'));
    expect(ofStandby).toHaveLength(1);
    expect(ofStandby[0]).toContain('It holds the routes');
  });

  it('is announced without the time of the other router’s event', async () => {
    const world = site();
    await delivered(world, health(48 * HOUR));
    world.now += MINUTE;
    await delivered(world, health(72 * HOUR, { affectedEntities: [{ entityValue: standby.instance }] }));
    expect(told(world)).toHaveLength(2);
    expect(told(world)[1]).not.toContain('Its time was');
  });

  it('of another instance of the account is nothing to this site', async () => {
    const world = site();
    await delivered(world, health(HOUR, { affectedEntities: [{ entityValue: 'i-0000000000000009a' }] }));
    expect([told(world), world.history]).toEqual([[], []]);
  });

  it('without a time is announced without one', async () => {
    const world = site();
    await delivered(world, health(HOUR, { startTime: undefined, eventTypeCode: 'AWS_EC2_SOMETHING_NEW' }));
    expect(told(world)[0]).toMatch(/AWS announced something-new .*, at no stated time/);
  });
});
