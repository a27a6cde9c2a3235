import { LEASE_MS } from '#failover/limits.ts';
import type { SwapPorts } from './ports.ts';

/** The right to go on with a swap. EC2 cannot check it, so it is asked before every call. */
export interface Lease {
  /** @returns false: stop at once. Somebody else has begun a newer swap, or our time is nearly over */
  hold(): Promise<boolean>;
  /** The same, without asking anybody. */
  isHeld(): boolean;
}

/** A call that is under way when the lease ends must have ended before a successor believes that nothing is. */
const STOP_BEFORE_END_MS = 3_000;

/** Renews itself when half of it is used up. */
export class StoredLease implements Lease {
  readonly #epoch: number;
  readonly #tools: SwapPorts;
  #until: number;
  #lost = false;
  #renewal: Promise<void> | undefined;

  /** @param taken when the lease was taken, ms since the epoch */
  constructor(epoch: number, taken: number, tools: SwapPorts) {
    this.#epoch = epoch;
    this.#until = taken + LEASE_MS;
    this.#tools = tools;
  }

  async hold(): Promise<boolean> {
    if (this.#left() < LEASE_MS / 2) {
      this.#renewal ??= this.#renew().finally(() => {
        this.#renewal = undefined;
      });
      await this.#renewal;
    }
    return this.isHeld();
  }

  isHeld(): boolean {
    return !this.#lost && this.#left() > STOP_BEFORE_END_MS;
  }

  #left(): number {
    return this.#until - this.#tools.now();
  }

  /** A store that does not answer takes nothing away: what is left of the lease is still ours. */
  async #renew(): Promise<void> {
    const { store, run, now, log } = this.#tools;
    const at = now();
    try {
      if (await store.renew(this.#epoch, run, at)) this.#until = at + LEASE_MS;
      else this.#lost = true;
    } catch (error) {
      log.warn(`The lease of swap ${this.#epoch} could not be renewed`, { error });
    }
  }
}

/** The store is unreachable and the rules allowed to go on: nobody can have a lease, we neither. */
export const WITHOUT_LEASE: Lease = { hold: () => Promise.resolve(true), isHeld: () => true };
