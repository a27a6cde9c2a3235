import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReplaceOutcome } from '#aws/route-tables.ts';
import { createRandom } from '#emulator/random.ts';
import { type Bucket, CallPacer, leastDurationMs, MUTATING_CALLS } from '#failover/call-pacer.ts';
import type { ManagedSite } from '#failover/site.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { REPORT, SITE } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const THROTTLED = { code: 'RequestLimitExceeded', message: 'Request limit exceeded.', kind: 'throttled' } as const;
const ROUTES = 500;
const LATENCY_MS = 40;
/** The function's timeout for this number of routes, less the time to conclude. */
const TIME_MS = 15_000 + leastDurationMs(ROUTES) - 3_000;

/** EC2 with AWS's bucket and calls that take their time, in a time that only timers move. */
class ThrottledWorld extends FakeWorld {
  throttled = 0;
  renewed = 0;
  lastMovedAt = 0;
  readonly #random = createRandom('throttled');
  readonly #limits: Bucket;
  readonly #pacer = new CallPacer(MUTATING_CALLS, Date.now());
  readonly #bucket: { tokens: number; at: number };

  /**
   * @param others share of the tokens that others in the account take, as they arrive
   * @param bucket the account's; the published one, unless AWS has raised it
   * @param tokens what others left in the bucket before
   */
  constructor(others: number, bucket = MUTATING_CALLS, tokens = bucket.capacity) {
    super(siteOf(ROUTES));
    this.#limits = { ...bucket, perSecond: bucket.perSecond * (1 - others) };
    this.#bucket = { tokens, at: Date.now() };
  }

  /** One invocation of the function, to its end. */
  async invoke(id: string) {
    this.now = Date.now();
    const tools = this.tools();
    const swap = swapRoutes(
      { ...REPORT, id, at: Date.now() },
      {
        ...tools,
        pacer: this.#pacer,
        now: Date.now,
        sleep,
        deadline: Date.now() + TIME_MS,
        replaceRoute: (route, eni) => this.#replaceRoute(() => tools.replaceRoute(route, eni)),
        store: { ...tools.store, renew: (...lease) => this.#renew(() => tools.store.renew(...lease)) },
      },
    );
    await vi.runAllTimersAsync();
    return swap;
  }

  async #replaceRoute(replace: () => Promise<ReplaceOutcome>) {
    await sleep(LATENCY_MS * (0.5 + this.#random()));
    if (this.#refuses()) {
      this.throttled += 1;
      return THROTTLED;
    }
    this.lastMovedAt = Date.now();
    return replace();
  }

  #refuses(): boolean {
    const { tokens, at } = this.#bucket;
    const now = Date.now();
    const filled = Math.min(this.#limits.capacity, tokens + ((now - at) / 1000) * this.#limits.perSecond);
    const refused = filled < 1;
    Object.assign(this.#bucket, { tokens: refused ? filled : filled - 1, at: now });
    return refused;
  }

  #renew(renew: () => Promise<boolean>): Promise<boolean> {
    this.renewed += 1;
    return renew();
  }
}

function siteOf(routes: number): ManagedSite {
  return {
    ...SITE,
    routes: Array.from({ length: routes }, (_, index) => ({
      table: `rtb-${Math.floor(index / 50)}`,
      destination: `10.${100 + Math.floor(index / 256)}.${index % 256}.0/24`,
    })),
  };
}

const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'Date'], now: REPORT.at }));
afterEach(() => void vi.useRealTimers());

describe(`a swap of ${ROUTES} routes`, () => {
  it("takes what EC2's bucket takes, and no more than 5 % above it", async () => {
    const world = new ThrottledWorld(0);
    const began = Date.now();
    expect(await world.invoke('report-1')).toMatchObject({ outcome: 'swapped', remaining: [] });
    expect(world.lastMovedAt - began).toBeLessThan((leastDurationMs(ROUTES) + LATENCY_MS) * 1.05);
    expect(world.throttled).toBeLessThan(ROUTES / 10);
  });

  it('keeps its lease all the while, and asks for it no oftener than it must', async () => {
    const world = new ThrottledWorld(0);
    await world.invoke('report-1');
    expect(world.renewed).toBeGreaterThan(90 / 16);
    expect(world.renewed).toBeLessThan(90 / 6);
  });

  it('learns from the first refusals that others have emptied the bucket, and asks in vain no more', async () => {
    const world = new ThrottledWorld(0, MUTATING_CALLS, 0);
    const first = await world.invoke('report-1');
    expect(first.moved.length).toBeGreaterThan(ROUTES * 0.95);
    expect(world.throttled).toBeLessThan(ROUTES / 10);
  });

  it('uses what others leave, when they take a third of the tokens: what its time leaves over, the next run moves', async () => {
    const world = new ThrottledWorld(1 / 3);
    const first = await world.invoke('report-1');
    expect(first).toMatchObject({ outcome: 'partial' });
    const left = MUTATING_CALLS.capacity + (TIME_MS / 1000) * MUTATING_CALLS.perSecond * (2 / 3);
    expect(first.moved.length).toBeGreaterThan(left * 0.9);
    const second = await world.invoke('report-1');
    expect(second).toMatchObject({ outcome: 'swapped', reason: 'finish-swap', remaining: [] });
    expect(world.throttled).toBeLessThan(ROUTES / 2);
  });

  it('learns that AWS has raised the throttle of the account: a quarter of the time that the published one takes', async () => {
    const world = new ThrottledWorld(0, { capacity: 200, perSecond: 100 });
    const began = Date.now();
    expect(await world.invoke('report-1')).toMatchObject({ outcome: 'swapped', remaining: [] });
    expect(world.lastMovedAt - began).toBeLessThan(leastDurationMs(ROUTES) / 3);
  });
});
