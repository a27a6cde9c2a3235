import { describe, expect, it } from 'vitest';
import { LEASE_MS } from '#failover/limits.ts';
import { routeName } from '#failover/site.ts';
import type { Trigger } from '#failover/trigger.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { prepare } from '#functions/route-swap/prepare.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { NOW, REPORT, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const CONFIRMED: Trigger = { ...REPORT, phase: 'confirmed' };
/** A run ends at its n-th call, before or after the call takes effect. */
interface Cut {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** Ports that count the calls to AWS, and never answer from the cut on. */
function cutPorts(ports: SwapPorts, made: string[], cut?: Cut): SwapPorts {
  const cutting =
    <Args extends unknown[], Answer>(name: string, call: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      const index = made.push(name) - 1;
      const isOver = cut !== undefined && index >= cut.call;
      if (isOver && (index > cut.call || cut.when === 'before')) return new Promise<never>(() => {});
      const answer = await call(...args);
      return isOver ? new Promise<never>(() => {}) : answer;
    };
  const store = new Proxy(ports.store, {
    get: (target, name: keyof SwapPorts['store']) => cutting(name, target[name] as () => Promise<unknown>),
  });
  return {
    ...ports,
    // Recorded calls copy the store: its methods are looked up here.
    store: Object.fromEntries(
      Object.keys(ports.store).map((name) => [name, store[name as keyof typeof store]]),
    ) as never,
    describeRoutes: cutting('describeRoutes', (routes) => ports.describeRoutes(routes)),
    describeRouters: cutting('describeRouters', (routers) => ports.describeRouters(routers)),
    replaceRoute: cutting('replaceRoute', (route, eni) => ports.replaceRoute(route, eni)),
    announce: (type, detail) => cutting('announce', () => ports.announce(type, detail))(),
  };
}

/** A prepared site whose confirmed report is handled up to the cut. */
async function cutAt(cut?: Cut, meanwhile: (world: FakeWorld) => void = () => {}) {
  const world = new FakeWorld();
  const made: string[] = [];
  await prepare(REPORT, world.tools());
  world.now += 300;
  meanwhile(world);
  const run = swapRoutes(CONFIRMED, cutPorts(world.tools(), made, cut));
  const result = await Promise.race([run, settled()]);
  return { world, made, result };
}

/** Resolves once everything that waits for nothing but other promises has gone on. */
const settled = () => new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));

/** The same report, without anything prepared, then the probe. */
async function succeed(world: FakeWorld): Promise<void> {
  world.now = NOW + 300 + LEASE_MS;
  world.hasSaid('tokyo-2', world.now, UP);
  const retry = { ...REPORT, at: world.now, confirmedAt: world.now };
  await swapRoutes(retry, world.tools({ run: 'run-2' }));
  await swapRoutes({ kind: 'probe', id: 'probe-1' }, world.tools({ run: 'run-3' }));
}

const complete = await cutAt();
const cuts = complete.made.flatMap((name, call) =>
  (['before', 'after'] as const).map((when) => [when, call, name] as const),
);

describe('a confirmed report whose run ends at any call', () => {
  it('makes these calls if nothing ends it', () => {
    expect(complete.result).toMatchObject({ outcome: 'swapped' });
    expect(complete.made.slice(0, 5)).toEqual([
      'beginTentatively',
      'read',
      'recordClaim',
      'replaceRoute',
      'replaceRoute',
    ]);
  });

  it.each(cuts)('%s call %i, %s: the next run moves every route, and one swap is counted', async (when, call) => {
    const { world } = await cutAt({ call, when });
    await succeed(world);
    expect([...world.targets.values()].every((target) => target === STANDBY_ENI)).toBe(true);
    expect(world.stored).toMatchObject({ unfinished: undefined, tentative: undefined });
    expect(world.stored.automaticSwaps).toHaveLength(1);
    expect(new Set(world.replaced)).toEqual(new Set(SITE.routes.map(routeName)));
  });
});

describe('a confirmed report that is decided against, whose run ends at any call', () => {
  const disputed = (world: FakeWorld) => world.hasSaid('tokyo-1', world.now, UP);

  it.each(cuts.slice(0, 6))('%s call %i, %s: no later run takes it for a swap to be finished', async (when, call) => {
    const { world } = await cutAt({ call, when }, disputed);
    world.now = NOW + 300 + LEASE_MS;
    for (const id of ['probe-1', 'probe-2']) {
      world.hasSaid('tokyo-1', world.now, UP);
      world.hasSaid('tokyo-2', world.now, UP);
      expect(await swapRoutes({ kind: 'probe', id }, world.tools({ run: id }))).toMatchObject({
        outcome: 'noted',
        reason: 'healthy',
      });
      world.now += 60_000;
    }
    expect(world.replaced).toEqual([]);
    // The next failure is the first one.
    const next = { ...REPORT, id: 'report-2', at: world.now, detectedAt: world.now, noticedAt: world.now };
    expect(await swapRoutes(next, world.tools({ run: 'run-9' }))).toMatchObject({ outcome: 'swapped' });
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });
});
