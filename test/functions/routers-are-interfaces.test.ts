import { describe, expect, it } from 'vitest';
import { SiteStatus } from '#contracts/site-status.ts';
import type { ManagedSite } from '#failover/site.ts';
import { answerSiteRequest } from '#functions/route-swap/answer-site-request.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { DOWN, NOW, REPORT, SITE, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const { active, standby } = SITE.routers;
const NEW_INSTANCE = 'i-0000000000000009a';
const EVENT = { kind: 'ec2', id: 'event-1', instance: active.instance, state: 'stopped' } as const;

/** Another instance is attached to the interface of a router. */
function replaceInstance(world: FakeWorld, router: string): void {
  world.ec2 = { ...world.ec2, [router]: { ...world.ec2[router], attachedTo: NEW_INSTANCE } as never };
}

/** The same interfaces and instances by other names. */
function renamed(site: ManagedSite): ManagedSite {
  const routers = {
    active: { ...site.routers.active, name: 'edge-a' },
    standby: { ...site.routers.standby, name: 'edge-b' },
  };
  return { ...site, routers };
}

/** What the store holds, seen by functions that know the routers by other names. */
function afterRenaming(world: FakeWorld): FakeWorld {
  const next = new FakeWorld(renamed(SITE));
  Object.assign(next.evidence, world.evidence);
  Object.assign(next.heartbeats, world.heartbeats);
  return Object.assign(next, { stored: world.stored, now: world.now });
}

describe('what an instance said proves nothing of another one on the same interface', () => {
  it('not that the standby has a path', async () => {
    const world = new FakeWorld();
    world.hasSaid('tokyo-2', NOW - 1_000, UP);
    world.hasBeaten('tokyo-2', { at: NOW - 1_000, bgp: UP });
    world.stored = { ...world.stored, probes: [world.round(NOW - 20_000, { 'tokyo-1': UP, 'tokyo-2': UP })] };
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], instance: 'stopped' } as never };
    replaceInstance(world, 'tokyo-2');
    const result = await swapRoutes(EVENT, world.tools());
    expect(result).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    expect(result.says).toContain('nothing is known of its eBGP sessions');
  });

  it('not that it lost one', async () => {
    const world = new FakeWorld();
    world.hasSaid('tokyo-2', NOW - 1_000, DOWN);
    replaceInstance(world, 'tokyo-2');
    world.stored = {
      ...world.stored,
      probes: [{ at: NOW - 5_000, readings: { [standby.eni]: { instance: NEW_INSTANCE, bgp: UP } } }],
    };
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], instance: 'stopped' } as never };
    expect(await swapRoutes(EVENT, world.tools())).toMatchObject({ outcome: 'swapped' });
  });

  it('no veto', async () => {
    const world = new FakeWorld();
    world.hasSaid('tokyo-1', NOW - 200, UP);
    world.hasBeaten('tokyo-1', { at: NOW - 200, bgp: UP });
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ reason: 'owner-healthy' });
    replaceInstance(world, 'tokyo-1');
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'swapped' });
  });

  it('no silence: a heartbeat that stopped was another one’s', async () => {
    const world = new FakeWorld({ ...SITE, policy: { ...SITE.policy, prefer: 'safety' } });
    world.hasBeaten('tokyo-1', { at: NOW - 120_000, everyMs: 20_000, bgp: UP });
    replaceInstance(world, 'tokyo-1');
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ reason: 'second-witness-missing' });
  });

  it('no two rounds: the first was of the instance that is gone', async () => {
    const world = new FakeWorld();
    const bad = { 'tokyo-1': DOWN, 'tokyo-2': UP };
    world.stored = { ...world.stored, probes: [world.round(NOW - 65_000, bad), world.round(NOW - 5_000, bad)] };
    const probe = { kind: 'probe', id: 'probe-1' } as const;
    replaceInstance(world, 'tokyo-1');
    expect((await swapRoutes(probe, world.tools())).outcome).toBe('noted');
    world.ec2 = new FakeWorld().ec2;
    expect((await swapRoutes(probe, world.tools())).reason).toBe('ebgp-down-twice');
  });
});

describe('a router by another name is the same router', () => {
  it('is still in maintenance, and gets no routes', async () => {
    const world = new FakeWorld();
    await answerSiteRequest(
      { action: 'maintenance', router: 'tokyo-2', on: true, by: 'ann', reason: 'disk' },
      world.tools(),
    );
    const next = afterRenaming(world);
    const report = { ...REPORT, reporter: 'edge-b', subject: 'edge-a' };
    const result = await swapRoutes(report, next.tools());
    expect(result).toMatchObject({ outcome: 'refused' });
    expect(result.says).toContain('edge-b is not proven fit: it is in maintenance (ann: disk)');
    await answerSiteRequest(
      { action: 'maintenance', router: 'edge-b', on: false, by: 'ann', reason: 'done' },
      next.tools(),
    );
    expect(await swapRoutes(report, next.tools())).toMatchObject({ outcome: 'swapped', owner: 'edge-b' });
  });

  it('keeps what it said, what was read on it, and what others said of it', async () => {
    const world = new FakeWorld();
    world.hasSaid('tokyo-1', NOW - 200, UP);
    world.hasBeaten('tokyo-2', { at: NOW - 3_000, everyMs: 20_000, bgp: UP });
    world.stored = {
      ...world.stored,
      probes: [world.round(NOW - 20_000, { 'tokyo-1': UP, 'tokyo-2': UP })],
      witnessReports: [{ by: 'virginia-1', about: active.eni, at: NOW - 1_000 }],
    };
    const { seen, diagnosis } = SiteStatus.parse(
      await answerSiteRequest({ action: 'status' }, afterRenaming(world).tools()),
    );
    expect(seen.routers['edge-a']?.evidence.map(({ by }) => by)).toEqual(['itself', 'probe']);
    expect(seen.routers['edge-b']).toMatchObject({ heartbeat: { at: NOW - 3_000 } });
    expect(diagnosis.witnesses).toMatchObject([{ who: 'neighbor' }]);
  });

  it('finishes the swap that began under the old name', async () => {
    const world = new FakeWorld();
    world.faults = [{ code: 'UnauthorizedOperation', message: 'No.', kind: 'final' }];
    await swapRoutes(REPORT, world.tools());
    const next = afterRenaming(world);
    for (const [name, target] of world.targets) next.targets.set(name, target);
    next.hasSaid('edge-b', next.now, UP);
    expect(await swapRoutes({ kind: 'probe', id: 'probe-1' }, next.tools({ run: 'run-2' }))).toMatchObject({
      outcome: 'swapped',
      reason: 'finish-swap',
      owner: 'edge-b',
    });
  });
});
