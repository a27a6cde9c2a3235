import { describe, expect, it } from 'vitest';
import { LEASE_MS, LEASE_SETTLED_MS } from '#failover/limits.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, NOW, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const PROBE = { kind: 'probe', id: 'probe-1' } as const;
const SETTLED_MS = LEASE_MS + LEASE_SETTLED_MS + 1;

/** The last swap, of an hour ago, was epoch 4 to the active. A run wrote epoch 5 to the standby tentatively and ended. */
async function interrupted(): Promise<FakeWorld> {
  const world = new FakeWorld();
  world.stored = { ...world.stored, epoch: 4, lastTarget: ACTIVE_ENI, leasedUntil: NOW - 3_600_000 };
  const { store } = world.tools();
  const journal: SwapJournal = {
    epoch: 5,
    to: { router: 'tokyo-2', eni: STANDBY_ENI },
    steps: SITE.routes.length,
    reason: 'reported-by-survivor',
    says: 'tokyo-2 reports that tokyo-1 failed.',
    automatic: true,
    trigger: 'report-1',
    run: 'run-1',
    beganAt: NOW,
  };
  await store.beginTentatively(journal, await store.read(journal.trigger), NOW);
  return world;
}

/** The probe asks this long after the run ended; both routers are well. */
function probedAfter(ms: number, world: FakeWorld) {
  world.now = NOW + ms;
  for (const router of ['tokyo-1', 'tokyo-2']) world.hasSaid(router, world.now, UP);
  return swapRoutes(PROBE, world.tools({ run: 'run-2' }));
}

describe('the record of a swap that no run has decided', () => {
  it('is replaced by that of the swap before, by the first run after its lease', async () => {
    const world = await interrupted();
    expect(world.stored.tentative?.run).toBe('run-1');
    expect(await probedAfter(SETTLED_MS, world)).toMatchObject({ outcome: 'noted', owner: 'tokyo-1' });
    expect(world.withdrawn).toEqual([5]);
    expect(world.stored).toMatchObject({ epoch: 4, lastTarget: ACTIVE_ENI, tentative: undefined, automaticSwaps: [] });
    expect(world.replaced).toEqual([]);
  });

  it('stays while a call of that run may still arrive', async () => {
    const world = await interrupted();
    await probedAfter(LEASE_MS + 1, world);
    expect(world.withdrawn).toEqual([]);
    expect(world.stored.tentative?.run).toBe('run-1');
  });

  it('stays if a route has moved: the swap was decided, and is finished', async () => {
    const world = await interrupted();
    const [first = ''] = world.targets.keys();
    world.targets.set(first, STANDBY_ENI);
    expect(await probedAfter(SETTLED_MS, world)).toMatchObject({ outcome: 'swapped', owner: 'tokyo-2' });
    expect(world.withdrawn).toEqual([]);
  });

  it('is tried again by the next run if the store does not take the withdrawal, which changes no answer', async () => {
    const world = await interrupted();
    world.deniedCalls = new Set(['withdraw']);
    expect(await probedAfter(SETTLED_MS, world)).toMatchObject({ outcome: 'noted' });
    expect(world.stored.tentative?.run).toBe('run-1');
    world.deniedCalls = new Set();
    await probedAfter(SETTLED_MS + 60_000, world);
    expect(world.withdrawn).toEqual([5]);
  });

  it('is the only one that a run withdraws', async () => {
    const world = new FakeWorld();
    await probedAfter(SETTLED_MS, world);
    expect(world.withdrawn).toEqual([]);
  });
});
