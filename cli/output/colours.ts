import pc from 'picocolors';
import type { Io, Output } from '../io.ts';

/** How results are printed: in which colours, and how wide tables may be. */
export type Colours = ReturnType<typeof pc.createColors> & {
  /** Width of the terminal; undefined: not a terminal. */
  readonly columns: number | undefined;
};

/** Colours only on a terminal, and not with NO_COLOR (https://no-color.org) or --no-color. */
export function coloursFor(output: Output, env: Io['env'], wanted: boolean): Colours {
  const unwanted = !wanted || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return { ...pc.createColors(output.isTTY === true && !unwanted), columns: output.columns };
}
