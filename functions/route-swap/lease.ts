import { LEASE_MS } from '#failover/limits.ts';
import type { SwapPorts } from './ports.ts';

/** The right to go on with a swap. EC2 cannot check it, so it is asked before every call. */
export interface Lease {
  /** @returns false: stop at once. A newer swap has begun, or the lease is nearly over */
  hold(): Promise<boolean>;
  /** The same, without a call. */
  isHeld(): boolean;
}

/** A call must end before the lease does, because the next run assumes that no call is under way. */
const STOP_BEFORE_END_MS = 3_000;

/** Renews itself when half of it is used up. */
export class StoredLease implements Lease {
  readonly #epoch: number;
  readonly #ports: SwapPorts;
  #until: number;
  #lost = false;
  #renewal: Promise<void> | undefined;

  /** @param taken when the lease was taken, ms since the epoch */
  constructor(epoch: number, taken: number, ports: SwapPorts) {
    this.#epoch = epoch;
    this.#until = taken + LEASE_MS;
    this.#ports = ports;
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
    return this.#until - this.#ports.now();
  }

  /** If the store does not answer, the rest of the lease is still held. */
  async #renew(): Promise<void> {
    const { store, run, now, log } = this.#ports;
    const at = now();
    try {
      if (await store.renew(this.#epoch, run, at)) this.#until = at + LEASE_MS;
      else this.#lost = true;
    } catch (error) {
      log.warn(`The lease of swap ${this.#epoch} could not be renewed`, { error });
    }
  }
}

/** While the store is unreachable there is no lease; the rules have allowed the swap without one. */
export const WITHOUT_LEASE: Lease = { hold: () => Promise.resolve(true), isHeld: () => true };
