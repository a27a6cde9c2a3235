import { describe, expect, it } from 'vitest';
import type { Ec2Facts } from '#aws/routers.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, NOW, STANDBY_ENI, UP } from '../failover/situation.ts';
import { AUTOMATIC, HOUR, listed, MINUTE, owners, round, site, told } from './evacuated-site.ts';
import type { FakeWorld } from './fakes.ts';
import { DOWN } from './probe-rounds.ts';

describe('policy: { evacuate: automatic }', () => {
  it('moves the routes to the fit peer 15 minutes before, once, and says so in the history', async () => {
    const world = site(AUTOMATIC);
    listed(world, 'tokyo-1', ['instance-retirement', 16 * MINUTE]);
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
    await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
    for (let minute = 0; minute < 10; minute += 1) await round(world);
    expect(world.history).toMatchObject([{ detector: 'probe', outcome: 'swapped', reason: 'evacuation', moved: 2 }]);
    expect(world.announced.map(({ type }) => type)).toEqual(['Router Event Scheduled', 'Failover Completed']);
    expect(told(world)[0]).toMatch(
      /move to tokyo-2 automatically 15 minutes before if it is fit then. To move them earlier: vyos-/,
    );
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });

  it.each<[string, (world: FakeWorld) => void]>([
    ['the other router goes half an hour later', (w) => listed(w, 'tokyo-2', ['instance-stop', 40 * MINUTE])],
    ['the other router should have gone already', (w) => listed(w, 'tokyo-2', ['instance-stop', -MINUTE])],
    ['the other router is in maintenance', (w) => setMaintenance(w)],
    ['the site is paused', (w) => setPause(w)],
    ['there was a swap a minute ago', (w) => void (w.stored = { ...w.stored, automaticSwaps: [NOW - MINUTE] })],
  ])('moves nothing while %s', async (_, prepare) => {
    const world = site(AUTOMATIC);
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    prepare(world);
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('moves the routes before a second event, although they came back while the first was overdue', async () => {
    const world = site({ ...AUTOMATIC, holdDownMs: 60_000 });
    world.stored = { ...world.stored, lastTarget: ACTIVE_ENI, lastBeganAt: NOW - HOUR };
    listed(world, 'tokyo-1', ['system-maintenance', -2 * HOUR], ['instance-stop', 10 * MINUTE]);
    await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
  });

  it('announces once that the policy’s hourly limit prevents it', async () => {
    const world = site({ ...AUTOMATIC, maxSwapsPerHour: 1, holdDownMs: 60_000 });
    world.stored = { ...world.stored, automaticSwaps: [NOW - 5 * MINUTE] };
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    for (let minute = 0; minute < 8; minute += 1) await round(world);
    const refused = world.announced.filter(({ type }) => type === 'Failover Refused');
    expect(refused.map(({ detail }) => detail['reason'])).toEqual(['too-many-swaps']);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('hides nothing else that is wrong with the owner', async () => {
    const world = site({ ...AUTOMATIC, mode: 'observe' });
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...(world.ec2['tokyo-1'] as Ec2Facts), statusChecks: 'impaired' } };
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    for (let minute = 0; minute < 4; minute += 1) await round(world);
    const degraded = world.announced.filter(({ type }) => type === 'Site Degraded');
    expect(degraded.map(({ detail }) => detail['diagnosis'])).toEqual(['OwnerImpaired']);
    expect(world.metrics.filter(({ name }) => name === 'FailoverReady').map(({ value }) => value)).toEqual([
      0, 0, 0, 0,
    ]);
  });

  it('moves nothing without the store, whatever witnesses there are: hold-down and earlier swaps are unknown', async () => {
    const world = site(AUTOMATIC);
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...(world.ec2['tokyo-1'] as Ec2Facts), statusChecks: 'impaired' } };
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    world.storeDown = true;
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('moves nothing to a router without a path', async () => {
    const world = site(AUTOMATIC);
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    await round(world, DOWN);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it.each(['observe', 'off'] as const)('moves nothing in mode %s', async (mode) => {
    const world = site({ ...AUTOMATIC, mode });
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
    expect(told(world).join()).not.toContain('by themselves');
  });

  it('announces once in mode observe what it would have done, and the site stays ready', async () => {
    const world = site({ ...AUTOMATIC, mode: 'observe' });
    listed(world, 'tokyo-1', ['instance-stop', 10 * MINUTE]);
    for (let minute = 0; minute < 8; minute += 1) await round(world);
    expect(world.announced.map(({ type }) => type)).toEqual(['Failover Noted', 'Router Event Scheduled']);
    expect(new Set(world.metrics.flatMap(({ name, value }) => (name === 'FailoverReady' ? [value] : [])))).toEqual(
      new Set([1]),
    );
  });

  it('moves nothing for an event of the standby, or one without a time', async () => {
    const world = site(AUTOMATIC);
    listed(world, 'tokyo-2', ['instance-stop', 10 * MINUTE]);
    const undated = { code: 'instance-stop', description: 'x' };
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...(world.ec2['tokyo-1'] as Ec2Facts), events: [undated] } };
    await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });

  it('leaves the routes where an operator moves them in spite of it', async () => {
    const world = site({ ...AUTOMATIC, holdDownMs: 0 });
    listed(world, 'tokyo-1', ['instance-stop', 14 * MINUTE]);
    await round(world);
    expect(owners(world)).toEqual([STANDBY_ENI]);
    const tools = world.tools({
      readBgp: () => Promise.resolve({ kind: 'answered', output: JSON.stringify(UP) } as const),
    });
    const back = { kind: 'operator', id: 'm', act: 'failback', to: 'tokyo-1', by: 'ann', reason: 'x', overrides: [] };
    expect(await swapRoutes(back as never, tools)).toMatchObject({ outcome: 'swapped' });
    for (let minute = 0; minute < 5; minute += 1) await round(world);
    expect(owners(world)).toEqual([ACTIVE_ENI]);
  });
});

function setMaintenance(world: FakeWorld): void {
  world.stored = { ...world.stored, maintenance: { [STANDBY_ENI]: { since: NOW, by: 'ann', reason: 'disk' } } };
}

function setPause(world: FakeWorld): void {
  world.stored = { ...world.stored, pause: { since: NOW, until: NOW + HOUR, by: 'ann', reason: 'x' } };
}
