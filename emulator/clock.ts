import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './service.ts';

/** Real time. Sleeping does not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms) => {
    await sleep(ms, undefined, { ref: false });
  },
};
