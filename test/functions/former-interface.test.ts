import { beforeEach, describe, expect, it } from 'vitest';
import type { Ec2Facts } from '#aws/routers.ts';
import { SiteStatus } from '#contracts/site-status.ts';
import type { ManagedRouter, ManagedSite } from '#failover/site.ts';
import { answerSiteRequest } from '#functions/route-swap/answer-site-request.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, DOWN, NOW, REPORT, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const NEW_ENI = 'eni-0000000000000009a';
const NEW_INSTANCE = 'i-0000000000000009a';
const RUNNING: Ec2Facts = { instance: 'running', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' };
const PROBE = { kind: 'probe', id: 'probe-1' } as const;
const REHEARSE = { action: 'rehearse' } as const;

/** The topology with another interface and instance of tokyo-1. */
const EDITED: ManagedSite = {
  ...SITE,
  routers: { ...SITE.routers, active: { ...SITE.routers.active, eni: NEW_ENI, instance: NEW_INSTANCE } },
};

/** EC2, by interface. */
let ec2: Record<string, Ec2Facts>;
/** After the deployment of `EDITED`: the routes are at the interface of before. */
let world: FakeWorld;
const tools = () =>
  world.tools({
    describeRouters: (routers: readonly ManagedRouter[]) =>
      Promise.resolve(Object.fromEntries(routers.map(({ name, eni }) => [name, ec2[eni] ?? RUNNING]))),
  });
const targets = () => [...world.targets.values()];
const switchover = (to: string) =>
  swapRoutes(
    { kind: 'operator', id: `move-to-${to}`, act: 'switchover', to, by: 'ann', reason: 'x', overrides: [] },
    tools(),
  );
const probed = (readings: Record<string, typeof UP>) => {
  const round = (at: number) => world.round(at, readings);
  world.stored = { ...world.stored, probes: [round(NOW - 65_000), round(NOW - 5_000)] };
};

/** The deployment of another topology of the site: what the store holds stays. */
function deploy(site: ManagedSite): void {
  const { stored, targets: routes } = world;
  world = Object.assign(new FakeWorld(site), { stored });
  for (const [route, target] of routes) world.targets.set(route, target);
}

beforeEach(async () => {
  ec2 = {};
  world = new FakeWorld();
  await answerSiteRequest(REHEARSE, tools());
  deploy(EDITED);
  probed({ 'tokyo-1': UP, 'tokyo-2': UP });
});

describe('while the routes point at the former interface of a router', () => {
  it('the site says so, with the switchover to the new one, and its peer is ready to take over', async () => {
    const { owner, diagnosis, seen } = SiteStatus.parse(
      JSON.parse(JSON.stringify(await answerSiteRequest({ action: 'status' }, tools()))),
    );
    expect(owner).toBe('tokyo-1');
    expect(diagnosis.kind).toBe('RoutesAtFormerInterface');
    expect(diagnosis.says).toContain('vyos-failover switchover tokyo --to tokyo-1');
    expect(seen.site.routers.active.formerEnis).toEqual([ACTIVE_ENI]);
    expect(await answerSiteRequest(REHEARSE, tools())).toMatchObject({ ready: true, rehearsed: 2 });
  });

  it('the peer’s report moves them', async () => {
    expect(await swapRoutes(REPORT, tools())).toMatchObject({ outcome: 'swapped', owner: 'tokyo-2', foreign: [] });
    expect(targets()).toEqual([STANDBY_ENI, STANDBY_ENI]);
  });

  it.each([
    ['its instance stopped', { ...RUNNING, instance: 'stopped' }, 'owner-not-running'],
    ['it is attached to nothing', { ...RUNNING, interface: 'detached' }, 'owner-cannot-forward'],
  ] as const)('its failure is certain: %s', async (_what, facts, reason) => {
    ec2[ACTIVE_ENI] = facts;
    expect(await swapRoutes(PROBE, tools())).toMatchObject({ outcome: 'swapped', reason, owner: 'tokyo-2' });
    expect(targets()).toEqual([STANDBY_ENI, STANDBY_ENI]);
  });

  it('what happens at the new interface is no failure: not its instance, not its sessions', async () => {
    ec2[NEW_ENI] = { ...RUNNING, instance: 'stopped' };
    probed({ 'tokyo-1': DOWN, 'tokyo-2': UP });
    expect(await swapRoutes(PROBE, tools())).toMatchObject({ outcome: 'noted', reason: 'degraded' });
    expect(targets()).toEqual([ACTIVE_ENI, ACTIVE_ENI]);
  });

  it('what the new instance claims is no veto', async () => {
    world.hasSaid('tokyo-1', NOW - 100, UP);
    expect(await swapRoutes(REPORT, tools())).toMatchObject({ outcome: 'swapped' });
  });

  it('a switchover moves them to the new interface, or to the peer', async () => {
    expect(await switchover('tokyo-1')).toMatchObject({ outcome: 'swapped', owner: 'tokyo-1', moved: [{}, {}] });
    expect(targets()).toEqual([NEW_ENI, NEW_ENI]);
    expect(await switchover('tokyo-2')).toMatchObject({ outcome: 'swapped', owner: 'tokyo-2' });
  });

  it('a switchover to the new interface that ended midway is finished', async () => {
    world.faults = [{ code: 'InvalidRoute', message: 'x', kind: 'final' }];
    expect(await switchover('tokyo-1')).toMatchObject({ outcome: 'partial' });
    expect(targets().toSorted()).toEqual([ACTIVE_ENI, NEW_ENI].toSorted());
    world.now += 60_000;
    probed({ 'tokyo-1': UP, 'tokyo-2': UP });
    expect(await swapRoutes(PROBE, tools())).toMatchObject({ outcome: 'swapped', reason: 'finish-swap' });
    expect(targets()).toEqual([NEW_ENI, NEW_ENI]);
  });

  it('a new interface that is not proven fit gets none', async () => {
    ec2[NEW_ENI] = { ...RUNNING, sourceDestCheck: true };
    expect(await switchover('tokyo-1')).toMatchObject({ outcome: 'refused', reason: 'target-unfit' });
  });

  it('a router that is renamed as well keeps its former interface', async () => {
    await answerSiteRequest(REHEARSE, tools());
    deploy({ ...EDITED, routers: { ...EDITED.routers, active: { ...EDITED.routers.active, name: 'edge-a' } } });
    await answerSiteRequest(REHEARSE, tools());
    expect(world.stored.interfaces).toEqual({ [ACTIVE_ENI]: 'edge-a', [NEW_ENI]: 'edge-a', [STANDBY_ENI]: 'tokyo-2' });
  });
});

describe('nothing else weakens rule 7', () => {
  it('an interface that no deployed topology of the site had is foreign', async () => {
    for (const route of world.targets.keys()) world.targets.set(route, 'eni-0000000000000007a');
    expect(await swapRoutes(REPORT, tools())).toMatchObject({ outcome: 'refused', reason: 'no-managed-route' });
  });

  it('a former interface is forgotten once no managed route points at it', async () => {
    await switchover('tokyo-2');
    await answerSiteRequest(REHEARSE, tools());
    expect(world.stored.interfaces).toEqual({ [NEW_ENI]: 'tokyo-1', [STANDBY_ENI]: 'tokyo-2' });
    for (const route of world.targets.keys()) world.targets.set(route, ACTIVE_ENI);
    expect(await swapRoutes(REPORT, tools())).toMatchObject({ outcome: 'refused', reason: 'no-managed-route' });
  });
});
