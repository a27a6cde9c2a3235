import type { Output } from '../io.ts';

/**
 * Writes a command's result as one JSON object with `"schema": "vyos-failover.<name>/1"` in front. The fields are the
 * command's own type, not the inside's: they are only ever added to.
 */
export function writeJson(output: Output, name: string, result: object): void {
  output.write(`${JSON.stringify(versioned(name, result), undefined, 2)}\n`);
}

/** The same in one line, for commands that write one object after another. */
export function writeJsonLine(output: Output, name: string, result: object): void {
  output.write(`${JSON.stringify(versioned(name, result))}\n`);
}

function versioned(name: string, result: object): object {
  return { schema: `vyos-failover.${name}/1`, ...result };
}
