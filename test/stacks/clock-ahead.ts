/**
 * Loaded into a function's process before its code (`--import`): its clock is ahead of the real one by the milliseconds in
 * the file CLOCK_AHEAD, so that a deadline of minutes is over as soon as a test says so.
 * It must be valid JavaScript (pushable-site.ts copies it).
 */
import { readFileSync } from 'node:fs';

const real = Date.now;
Date.now = () => real() + Number(readFileSync(process.env['CLOCK_AHEAD'] ?? '', 'utf8'));
