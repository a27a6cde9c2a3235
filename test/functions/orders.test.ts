import { describe, expect, it } from 'vitest';
import type { SiteRequest } from '#contracts/route-swap-requests.ts';
import type { Trigger } from '#failover/trigger.ts';
import { answerSiteRequest } from '#functions/route-swap/answer-site-request.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { NOW, REPORT, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const pause: SiteRequest = { action: 'pause', forMs: 3_600_000, by: 'ann', reason: 'stop this' };
const maintenance: SiteRequest = { action: 'maintenance', router: 'tokyo-2', on: true, by: 'ann', reason: 'disk' };
const orders: [string, SiteRequest, string][] = [
  ['a pause', pause, 'ann paused this site (stop this)'],
  ['a maintenance of the target', maintenance, 'ann took tokyo-2 into maintenance (disk)'],
];
const triggers: [string, Trigger][] = [
  ['a report', REPORT],
  ['an event', { kind: 'ec2', id: 'event-1', instance: SITE.routers.active.instance, state: 'stopped' }],
  ['the probe', { kind: 'probe', id: 'probe-1' }],
  [
    'a person',
    { kind: 'operator', id: 'm', act: 'switchover', to: 'tokyo-2', by: 'bob', reason: 'x', overrides: ['paused'] },
  ],
];
/** For each order, each trigger. */
const both = orders.flatMap(([order, act, why]) =>
  triggers.map(([who, trigger]) => ({ order, who, act, why, trigger })),
);

/** A stopped owner with enough routes for a swap of half a minute under EC2's throttle. */
function longSwap(): FakeWorld {
  const routes = Array.from({ length: 400 }, (_, index) => ({ table: 'rtb-1', destination: `10.3.${index}.0/24` }));
  const world = new FakeWorld({ ...SITE, routes });
  world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], instance: 'stopped' } as never };
  world.hasSaid('tokyo-2', NOW, UP);
  return world;
}

/** Gives the order just before the n-th ReplaceRoute of a run. @returns what the run led to, and what came after the order */
async function orderedBeforeCall(nth: number, act: SiteRequest, trigger: Trigger, world = longSwap()) {
  const tools = world.tools({ deadline: NOW + 60_000 });
  let calls = 0;
  let inForce: { readonly says: string; readonly calls: number } | undefined;
  const replaceRoute: SwapPorts['replaceRoute'] = async (...args) => {
    calls += 1;
    if (calls === nth) {
      const { says } = (await answerSiteRequest(act, world.tools({ run: 'act-1' }))) as { says: string };
      inForce = { says, calls };
    }
    return tools.replaceRoute(...args);
  };
  const result = await swapRoutes(trigger, { ...tools, replaceRoute });
  return { world, result, inForce, after: calls - (inForce?.calls ?? 0) };
}

describe('an operator’s order during a run stops it before its next call', () => {
  it.each(both)('$order stops a run that $who began', async ({ act, why, trigger }) => {
    const { world, result, inForce, after } = await orderedBeforeCall(60, act, trigger);
    expect(inForce?.says).toContain('ann');
    expect(after).toBe(0);
    expect(result.outcome).toBe('partial');
    expect(result.moved.length).toBeGreaterThan(0);
    expect(result.says).toContain(why);
    expect(world.stored.unfinished).toMatchObject({ remaining: { count: result.remaining.length } });
  });

  it.each(both)(
    '$order between look and lease keeps every route, whoever asks: $who',
    async ({ act, why, trigger }) => {
      const world = longSwap();
      const { store, ...tools } = world.tools();
      const begin: typeof store.begin = async (...args) => {
        await answerSiteRequest(act, world.tools({ run: 'act-1' }));
        return store.begin(...args);
      };
      const result = await swapRoutes(trigger, { ...tools, store: { ...store, begin } });
      expect(world.replaced).toEqual([]);
      expect(result).toMatchObject({ outcome: 'partial', moved: [] });
      expect(result.says).toContain(why);
    },
  );

  it('what is left waits until the pause ends, and is finished then', async () => {
    const { world, result } = await orderedBeforeCall(60, pause, REPORT);
    const look = (id: string) => {
      world.hasSaid('tokyo-2', world.now, UP);
      return swapRoutes({ kind: 'probe', id }, world.tools({ run: id, deadline: world.now + 60_000 }));
    };
    world.now += 60_000;
    expect(await look('probe-1')).toMatchObject({ outcome: 'noted', reason: 'finish-swap' });
    expect(world.replaced).toHaveLength(result.moved.length);
    world.now += 3_600_000;
    expect(await look('probe-2')).toMatchObject({
      outcome: 'swapped',
      moved: result.remaining.map(({ table, destination }) => ({ table, destination })),
    });
  });

  it('maintenance of the router that the routes leave stops nothing', async () => {
    const { result } = await orderedBeforeCall(60, { ...maintenance, router: 'tokyo-1' }, REPORT);
    expect(result).toMatchObject({ outcome: 'swapped', remaining: [] });
  });

  it('a pause that the run’s operator has overridden does not stop it; a new pause does', async () => {
    const person = triggers[3]?.[1] as Trigger;
    const known = longSwap();
    known.stored = { ...known.stored, pause: { since: NOW - 60_000, until: NOW + 600_000, by: 'ann', reason: 'x' } };
    expect(await swapRoutes(person, known.tools({ deadline: NOW + 60_000 }))).toMatchObject({ outcome: 'swapped' });
    const anew = longSwap();
    anew.stored = { ...anew.stored, pause: { since: NOW - 60_000, until: NOW + 600_000, by: 'ann', reason: 'x' } };
    const { result, after } = await orderedBeforeCall(60, pause, person, anew);
    expect([result.outcome, after]).toEqual(['partial', 0]);
  });

  it('a run whose observation took long reads its orders before the first call', async () => {
    const world = longSwap();
    const tools = world.tools({ deadline: NOW + 60_000 });
    const slow: SwapPorts['describeRoutes'] = async (routes) => {
      const found = await tools.describeRoutes(routes);
      if (world.stored.pause === undefined) {
        await answerSiteRequest(pause, world.tools({ run: 'act-1' }));
      }
      return found;
    };
    expect(await swapRoutes(REPORT, { ...tools, describeRoutes: slow })).toMatchObject({ outcome: 'partial' });
    expect(world.replaced).toEqual([]);
  });

  it('that its orders cannot be read stops no run: a store that does not answer took none', async () => {
    const world = longSwap();
    world.deniedCalls = new Set(['operatorOrders']);
    expect(await swapRoutes(REPORT, world.tools({ deadline: NOW + 60_000 }))).toMatchObject({ outcome: 'swapped' });
  });
});

describe('a store that hangs when a run asks it for orders', () => {
  /** Answers nothing for 2 s, as long as a call of the store may take. */
  const hung = (world: FakeWorld) => {
    const asked: number[] = [];
    const { store, ...tools } = world.tools({ deadline: NOW + 60_000 });
    const orders: typeof store.operatorOrders = () => {
      asked.push(world.now);
      world.now += 2_000;
      return Promise.reject(new Error('TimeoutError'));
    };
    return { asked, tools: { ...tools, store: { ...store, operatorOrders: orders } } };
  };

  it('is asked no more often than one that answers', async () => {
    const { asked, tools } = hung(longSwap());
    expect(await swapRoutes(REPORT, tools)).toMatchObject({ outcome: 'swapped', remaining: [] });
    expect(asked.length).toBeGreaterThan(2);
    const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? at));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_000 + 1_000);
  });

  it('costs no call its time before the lease ends: a successor must find nothing under way', async () => {
    const world = longSwap();
    world.deniedCalls = new Set(['renew']);
    const { tools } = hung(world);
    const left: number[] = [];
    const replaceRoute: SwapPorts['replaceRoute'] = (...args) => {
      left.push((world.stored.leasedUntil ?? 0) - world.now);
      return tools.replaceRoute(...args);
    };
    expect(await swapRoutes(REPORT, { ...tools, replaceRoute })).toMatchObject({ outcome: 'partial' });
    expect(Math.min(...left)).toBeGreaterThan(3_000);
  });

  it('costs the function no time that it needs to conclude', async () => {
    const world = longSwap();
    const { tools } = hung(world);
    const deadline = NOW + 9_000;
    const late: number[] = [];
    const replaceRoute: SwapPorts['replaceRoute'] = (...args) => {
      if (world.now > deadline) late.push(world.now);
      return tools.replaceRoute(...args);
    };
    expect(await swapRoutes(REPORT, { ...tools, replaceRoute, deadline })).toMatchObject({ outcome: 'partial' });
    expect(late).toEqual([]);
  });
});

describe('an order is answered when it is in force', () => {
  const act = async (world: FakeWorld, order: SiteRequest = pause) => {
    const began = world.now;
    await answerSiteRequest(order, world.tools({ run: 'act-1' }));
    return world.now - began;
  };

  it('at once, where it forbids nothing', async () => {
    const { forMs: _, ...pauseEnd } = { ...pause, action: 'resume' as const };
    expect(await act(new FakeWorld(), pauseEnd)).toBe(0);
    expect(await act(new FakeWorld(), { ...maintenance, on: false })).toBe(0);
  });

  it('after the time that a run in progress may continue without reading it', async () => {
    const world = new FakeWorld();
    expect(await act(world)).toBe(1_000);
    expect(await act(world, maintenance)).toBe(1_000);
    expect(world.stored).toMatchObject({ pause: { by: 'ann' }, maintenance: { [STANDBY_ENI]: { by: 'ann' } } });
  });

  it('with a warning if the store cannot say whether a swap is under way', async () => {
    const world = longSwap();
    const denied = new Set(['read', 'operatorOrders'] as const);
    const tools = world.tools({ deadline: NOW + 60_000 });
    let says = '';
    const replaceRoute: SwapPorts['replaceRoute'] = async (...args) => {
      if (world.replaced.length === 60 && says === '') {
        world.deniedCalls = denied;
        ({ says } = (await answerSiteRequest(pause, world.tools({ run: 'act-1' }))) as { says: string });
      }
      return tools.replaceRoute(...args);
    };
    expect(await swapRoutes(REPORT, { ...tools, replaceRoute })).toMatchObject({ outcome: 'swapped' });
    expect(says).toContain('may not read this order and may continue for up to 16 s');
    world.deniedCalls = new Set();
    const known = (await answerSiteRequest(pause, world.tools({ run: 'act-2' }))) as { says: string };
    expect(known.says).not.toContain('may continue');
  });

  it('never, where the store did not take it', async () => {
    const world = new FakeWorld();
    world.deniedCalls = new Set(['setPause', 'setMaintenance']);
    await expect(act(world)).rejects.toThrow('ETIMEDOUT');
    await expect(act(world, maintenance)).rejects.toThrow('ETIMEDOUT');
    expect(world.history).toEqual([]);
  });
});
