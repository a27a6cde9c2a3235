import { parentPort } from 'node:worker_threads';
import { type Found, search, type Tally } from './search.ts';

/** A stretch of seeds for one worker. */
export interface Stretch {
  readonly from: number;
  readonly count: number;
}

/** What it came to. */
export interface Searched extends Stretch {
  readonly tally: Tally;
  readonly found: Found | undefined;
}

// Most errors in a simulation are AWS's own answers; nobody reads where they were made.
Error.stackTraceLimit = 0;

parentPort?.on('message', ({ from, count }: Stretch) => {
  void search(from, count).then((searched) => parentPort?.postMessage({ from, count, ...searched } satisfies Searched));
});
