import { setImmediate } from 'node:timers/promises';
import type { Clock } from '#emulator/service.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock that moves on only when everybody waits for it: no test waits in real time, and the same things always happen
 * in the same order.
 */
export class VirtualClock implements Clock {
  #now: number;
  #working = 0;
  #sleepers: Sleeper[] = [];

  /** @param now ms since the epoch */
  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push({ at: this.#now + ms, wake: resolve });
    });
  }

  /** Does what takes real time and none of this clock's, which stands still meanwhile. */
  async work<T>(act: () => Promise<T>): Promise<T> {
    this.#working += 1;
    try {
      return await act();
    } finally {
      this.#working -= 1;
    }
  }

  /** Sleeps in the midst of work. */
  async sleepAtWork(ms: number): Promise<void> {
    this.#working -= 1;
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#working += 1;
        resolve();
      };
      this.#sleepers.push({ at: this.#now + ms, wake });
    });
  }

  /**
   * Moves on, from one moment at which something happens to the next, until `isDone`.
   *
   * @throws Error if nothing will happen any more
   */
  async until(isDone: () => boolean): Promise<void> {
    for (;;) {
      await this.#quiet();
      if (isDone()) return;
      if (!this.#wakeNext(Number.POSITIVE_INFINITY)) throw new Error('Everybody waits, and nothing will happen.');
    }
  }

  /** Moves on to a moment, ms since the epoch; everything that is due until then happens. */
  async advanceTo(at: number): Promise<void> {
    do await this.#quiet();
    while (this.#wakeNext(at));
    this.#now = Math.max(this.#now, at);
  }

  #wakeNext(latest: number): boolean {
    const [next] = this.#sleepers.toSorted((a, b) => a.at - b.at);
    if (next === undefined || next.at > latest) return false;
    this.#sleepers = this.#sleepers.filter((each) => each !== next);
    this.#now = Math.max(this.#now, next.at);
    next.wake();
    return true;
  }

  /** No task runs, and each task that ended had a turn to start another one. */
  async #quiet(): Promise<void> {
    for (let idle = 0; idle < 2; idle = this.#working > 0 ? 0 : idle + 1) await setImmediate();
  }
}
