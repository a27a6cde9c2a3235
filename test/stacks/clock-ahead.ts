/**
 * Loaded into a function's process before its code (`--import`): its clock is ahead of the real one by the milliseconds in
 * the file CLOCK_AHEAD, so that a deadline of minutes is over as soon as a test says so, and it sleeps a fifth of what it
 * wants to: routers and SSM answer faster here than anywhere else.
 */
import { readFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type * as Timers from 'node:timers/promises';

const SHORTER = 5;

const real = Date.now;
Date.now = () => real() + Number(readFileSync(process.env['CLOCK_AHEAD'] ?? '', 'utf8'));

const timers = createRequire(import.meta.url)('node:timers/promises') as {
  setTimeout: typeof Timers.setTimeout;
};
const sleep = timers.setTimeout;
timers.setTimeout = (ms, ...rest) => sleep((ms ?? 0) / SHORTER, ...rest);
syncBuiltinESMExports();
