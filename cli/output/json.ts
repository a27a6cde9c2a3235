import type { Output } from '../io.ts';

/**
 * Writes a command's result as one JSON object that begins with `"schema": "vyos-failover.<name>/1"`. The fields are a
 * published contract, separate from internal types: fields are added, never renamed or removed.
 */
export function writeJson(output: Output, name: string, result: object): void {
  output.write(`${JSON.stringify(versioned(name, result), undefined, 2)}\n`);
}

/** The same in one line, for commands that write a sequence of objects. */
export function writeJsonLine(output: Output, name: string, result: object): void {
  output.write(`${JSON.stringify(versioned(name, result))}\n`);
}

function versioned(name: string, result: object): object {
  return { schema: `vyos-failover.${name}/1`, ...result };
}
