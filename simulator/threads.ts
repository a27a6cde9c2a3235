import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Found, NOTHING, sum, type Tally } from './search.ts';
import type { Batch, Searched } from './worker.ts';

/** Small enough that a failure is reported soon, large enough that the messages between threads cost nothing. */
const BATCH_SIZE = 100;

/**
 * Searches seeds with several threads.
 *
 * @param progress called after each batch
 * @returns the failure of the lowest seed, if any; later seeds may then not have run
 */
export async function searchWithThreads(
  from: number,
  count: number,
  threads: number,
  progress: (tally: Tally) => void,
): Promise<{ readonly tally: Tally; readonly found: Found | undefined }> {
  const batches = batchesOf(from, count);
  let tally = NOTHING;
  let found: Found | undefined;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        if (found !== undefined && batch.from > found.seed) return;
        const searched = await searchBatch(worker, batch);
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
  await Promise.all(Array.from({ length: Math.max(1, Math.min(threads, batches.length)) }, work));
  return { tally, found };
}

function batchesOf(from: number, count: number): Batch[] {
  return Array.from({ length: Math.ceil(count / BATCH_SIZE) }, (_, index) => ({
    from: from + index * BATCH_SIZE,
    count: Math.min(BATCH_SIZE, count - index * BATCH_SIZE),
  }));
}

async function searchBatch(worker: Worker, batch: Batch): Promise<Searched> {
  worker.postMessage(batch);
  const [searched] = (await once(worker, 'message')) as [Searched];
  return searched;
}
