import pc from 'picocolors';
import type { Io, Output } from '../io.ts';

export type Colours = ReturnType<typeof pc.createColors>;

/** Colours only on a terminal, and not with NO_COLOR (https://no-color.org) or --no-color. */
export function coloursFor(output: Output, env: Io['env'], wanted: boolean): Colours {
  const unwanted = !wanted || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return pc.createColors(output.isTTY === true && !unwanted);
}
