import type { Observation } from '#failover/observation.ts';
import { type UnjournaledSwap, withoutRepeats, withUnjournaled } from '#failover/unjournaled-swaps.ts';
import type { Log } from '#functions/log.ts';
import type { LeaseStore } from '#functions/site-store.ts';

/**
 * Swaps that were made while the store could not be written. They count as the last ones, and for hold-down and the hourly
 * limit: at once in this environment of the function, and in all others once the store accepts them.
 */
export class UnjournaledSwaps {
  #swaps: readonly UnjournaledSwap[] = [];

  add(swap: UnjournaledSwap): void {
    this.#swaps = [...this.#swaps, swap];
  }

  /** Removes a swap that has changed nothing. */
  remove(swap: UnjournaledSwap): void {
    this.#swaps = this.#swaps.filter((other) => other !== swap);
  }

  /** Adds the kept swaps to the stored state. Repeats of an earlier swap are marked as not automatic. */
  addTo(observation: Observation): Observation {
    if (this.#swaps.length === 0) return observation;
    const { stored, site } = observation;
    this.#swaps = withoutRepeats(this.#swaps, stored, site.policy.holdDownMs);
    return { ...observation, stored: withUnjournaled(stored, this.#swaps) };
  }

  /** Writes them to the store; a failed write is repeated in the next run. Never throws. */
  async flush(store: Pick<LeaseStore, 'countUnjournaled'>, log: Log): Promise<void> {
    for (const swap of this.#swaps) {
      try {
        await store.countUnjournaled(swap);
        this.#swaps = this.#swaps.filter((other) => other !== swap);
      } catch (error) {
        log.warn('A swap without a journal could not be counted yet', { error });
        return;
      }
    }
  }
}
