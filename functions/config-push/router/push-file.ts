import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Line } from '#vyos/line.ts';
import { keyOf } from '#vyos/line.ts';
import { ownership } from '#vyos/ownership.ts';
import { parseCommand, parseSetCommand, parseShownLine } from '#vyos/quote.ts';

/** What goes to a router: commands with the names of secrets, and all that its undo has to put back. */
export interface PushFile {
  /** gzip in base64, as the document's parameter. */
  readonly packed: string;
  /** Of the text inside, hexadecimal. */
  readonly sha256: string;
}

/** Until when a router may begin, by its own clock that no person sets: a command may lie in a queue, or outlive a reboot. */
export interface BeginBy {
  /** Its kernel's boot. */
  readonly id: string;
  /** Its uptime then, s. */
  readonly notAfter: number;
}

/** Of `packed`, as the document has it. SSM takes 64 KB for a command; all of a router with 20 tunnels is 5 540. */
export const LONGEST_PUSH_FILE = 30_000;

/** @returns undefined: it is too large for a command */
export function packPush(
  commands: readonly string[],
  ours: readonly (readonly string[])[],
  running: readonly string[],
  boot: BeginBy,
): PushFile | undefined {
  const words = commands.map((command) => parseCommand(command) ?? []);
  const text = JSON.stringify({
    commands: words,
    roots: rootsOf(
      words.map(([, ...path]) => path),
      ours,
      running,
    ),
    boot,
  });
  const packed = gzipSync(text, { level: 9 }).toString('base64');
  if (packed.length > LONGEST_PUSH_FILE) return undefined;
  return { packed, sha256: createHash('sha256').update(text).digest('hex') };
}

/** The parts of ours that the paths lie in, each once. */
function rootsOf(paths: readonly Line[], ours: readonly (readonly string[])[], running: readonly string[]): Line[] {
  const { rootOf } = ownership(
    ours.flatMap((lines) => lines.flatMap((line) => [parseSetCommand(line, 0) ?? []])),
    running.flatMap((line) => [parseShownLine(line) ?? []]),
  );
  // A diff makes no command outside of what is ours; were there one, the router would refuse it.
  return [...new Map(paths.map((path) => rootOf(path) ?? path).map((root) => [keyOf(root), root])).values()];
}
