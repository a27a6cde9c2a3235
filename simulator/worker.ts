import { parentPort } from 'node:worker_threads';
import { type Found, search, type Tally } from './search.ts';

/** A batch of seeds for one worker. */
export interface Batch {
  readonly from: number;
  readonly count: number;
}

/** Its result. */
export interface Searched extends Batch {
  readonly tally: Tally;
  readonly found: Found | undefined;
}

// Most errors in a simulation are answers of the modelled AWS, whose stack traces are not read.
Error.stackTraceLimit = 0;

parentPort?.on('message', ({ from, count }: Batch) => {
  void search(from, count).then((searched) => parentPort?.postMessage({ from, count, ...searched } satisfies Searched));
});
