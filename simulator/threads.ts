import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Found, NOTHING, sum, type Tally } from './search.ts';
import type { Searched, Stretch } from './worker.ts';

/** Small enough that a first failure is not hidden behind a long stretch, large enough that handing out costs nothing. */
const STRETCH = 100;

/**
 * Searches seeds with several threads.
 *
 * @param progress told after each stretch
 * @returns the failure of the lowest seed, if there is one; then later seeds may not have run
 */
export async function searchWithThreads(
  from: number,
  count: number,
  threads: number,
  progress: (tally: Tally) => void,
): Promise<{ readonly tally: Tally; readonly found: Found | undefined }> {
  const stretches = stretchesOf(from, count);
  let tally = NOTHING;
  let found: Found | undefined;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (let stretch = stretches.shift(); stretch !== undefined; stretch = stretches.shift()) {
        if (found !== undefined && stretch.from > found.seed) return;
        const searched = await ask(worker, stretch);
        tally = sum(tally, searched.tally);
        if (searched.found !== undefined && (found === undefined || searched.found.seed < found.seed)) {
          found = searched.found;
        }
        progress(tally);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(threads, stretches.length)) }, work));
  return { tally, found };
}

function stretchesOf(from: number, count: number): Stretch[] {
  return Array.from({ length: Math.ceil(count / STRETCH) }, (_, index) => ({
    from: from + index * STRETCH,
    count: Math.min(STRETCH, count - index * STRETCH),
  }));
}

async function ask(worker: Worker, stretch: Stretch): Promise<Searched> {
  worker.postMessage(stretch);
  const [searched] = (await once(worker, 'message')) as [Searched];
  return searched;
}
