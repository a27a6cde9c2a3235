import type { Observation } from '#failover/observation.ts';
import { type ManagedRouter, routerAt } from '#failover/site.ts';
import type { SwapPorts } from './ports.ts';

/**
 * A run may rely on the orders that it has read for this long. A pause, or a maintenance of a router, is answered only after this
 * time, so that no call follows the answer.
 */
export const ORDERS_KNOWN_WITHIN_MS = 1_000;

/** A pause or a maintenance that an operator orders during a run stops it before its next call (rule 8). */
export interface Orders {
  /** @returns why no call may go out any more; undefined: go on */
  stopped(): Promise<string | undefined>;
}

/** The orders in the store. A pause that the decision already took into account does not stop the run. */
export class StoredOrders implements Orders {
  readonly #seen: Observation;
  readonly #target: ManagedRouter;
  readonly #ports: SwapPorts;
  #readAt: number;
  #reading: Promise<void> | undefined;
  #stopped: string | undefined;

  /** @param readAt when the run began to read the store for this observation, or before, ms since the epoch */
  constructor(observation: Observation, eni: string, readAt: number, ports: SwapPorts) {
    this.#readAt = readAt;
    this.#seen = observation;
    this.#target = routerAt(observation.site, eni) ?? observation.site.routers.standby;
    this.#ports = ports;
  }

  async stopped(): Promise<string | undefined> {
    if (this.#stopped === undefined && this.#ports.now() - this.#readAt >= ORDERS_KNOWN_WITHIN_MS) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
    }
    await this.#reading;
    return this.#stopped;
  }

  /** A store that does not answer has accepted no order either; waiting for it before each call would move no route. */
  async #read(): Promise<void> {
    const { store, now, log } = this.#ports;
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
      log.warn('Could not read whether an operator has stopped this swap', { error });
    }
  }
}

/** Without the store no order can be given. */
export const NO_ORDERS: Orders = { stopped: () => Promise.resolve(undefined) };
