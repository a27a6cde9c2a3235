import type { SiteStore } from '#aws/site-store.ts';
import type { Observation } from '#failover/observation.ts';
import type { Log } from '#functions/log.ts';

/**
 * Automatic swaps that were made while the store could not be written. They count for hold-down and the hourly limit all
 * the same: at once in this environment of the function, and for everybody once the store takes them.
 */
export class UnjournaledSwaps {
  /** ms since the epoch. */
  #times: readonly number[] = [];

  add(at: number): void {
    this.#times = [...this.#times, at];
  }

  addTo(seen: Observation): Observation {
    if (this.#times.length === 0) return seen;
    const automaticSwaps = [...new Set([...seen.memory.automaticSwaps, ...this.#times])].toSorted((a, b) => a - b);
    return { ...seen, memory: { ...seen.memory, automaticSwaps } };
  }

  /** Writes them to the store; what it does not take is tried again the next time. Never throws. */
  async flush(store: Pick<SiteStore, 'countUnjournaled'>, log: Log): Promise<void> {
    for (const at of this.#times) {
      try {
        await store.countUnjournaled(at);
        this.#times = this.#times.filter((time) => time !== at);
      } catch (error) {
        log.warn('A swap without a journal could not be counted yet', { error });
        return;
      }
    }
  }
}
