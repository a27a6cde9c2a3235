import type { Output } from '../io.ts';

/**
 * Writes a command's result as one JSON object with `"schema": "vyos-failover.<name>/1"` in front. The fields are the
 * command's own type, not the inside's: they are only ever added to.
 */
export function writeJson(output: Output, name: string, result: Readonly<Record<string, unknown>>): void {
  output.write(`${JSON.stringify({ schema: `vyos-failover.${name}/1`, ...result }, undefined, 2)}\n`);
}
