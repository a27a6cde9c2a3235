import type { Observation } from '#failover/observation.ts';
import { type ManagedRouter, routerAt } from '#failover/site.ts';
import type { SwapPorts } from './ports.ts';

/**
 * For so long may a run go on by what it read of people's orders. Whoever gives one while a swap is under way is told that it
 * is in force only after that time, so no call goes out after it.
 */
export const ORDERS_KNOWN_WITHIN_MS = 1_000;

/** A pause or a maintenance that a person orders during a run ends it before its next call (rule 8). */
export interface Orders {
  /** @returns why no call may go out any more; undefined: go on */
  stopped(): Promise<string | undefined>;
}

/** Those in the store. One that the decision knew of already is no news to it. */
export class StoredOrders implements Orders {
  readonly #seen: Observation;
  readonly #target: ManagedRouter;
  readonly #tools: SwapPorts;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #stopped: string | undefined;

  constructor(seen: Observation, eni: string, tools: SwapPorts) {
    this.#seen = seen;
    this.#target = routerAt(seen.site, eni) ?? seen.site.routers.standby;
    this.#tools = tools;
  }

  async stopped(): Promise<string | undefined> {
    if (this.#stopped === undefined && this.#tools.now() - this.#readAt >= ORDERS_KNOWN_WITHIN_MS) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
    }
    await this.#reading;
    return this.#stopped;
  }

  /** A store that does not answer took no order either; a call that waits for it each time would move no route. */
  async #read(): Promise<void> {
    const { store, now, log } = this.#tools;
    const at = now();
    try {
      const { pause, maintenance } = await store.operatorOrders(this.#target.eni);
      this.#readAt = at;
      const known = this.#seen.stored.pause;
      if (maintenance !== undefined) {
        this.#stopped = `${maintenance.by} took ${this.#target.name} into maintenance (${maintenance.reason})`;
      } else if (pause !== undefined && pause.until > at && pause.since !== known?.since) {
        this.#stopped = `${pause.by} paused this site (${pause.reason})`;
      }
    } catch (error) {
      this.#readAt = now();
      log.warn('Whether a person has stopped this swap could not be read', { error });
    }
  }
}

/** Without the store nobody can give an order. */
export const NO_ORDERS: Orders = { stopped: () => Promise.resolve(undefined) };
