import { setImmediate } from 'node:timers/promises';
import type { Clock } from '#emulator/service.ts';

/** A clock that moves only on request. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`, waking every sleeper at its own moment, in order. */
  advance(ms: number): Promise<void>;
}

export function manualClock(start = Date.parse('2026-11-23T00:00:00Z')): ManualClock {
  let now = start;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: now + ms, wake });
      }),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = sleepers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        sleepers = sleepers.filter((each) => each !== next);
        now = Math.max(now, next.at);
        next.wake();
        // What was waiting for this moment runs, and may go to sleep again, before time moves on.
        await setImmediate();
      }
      now = end;
    },
  };
}
