import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Line } from '#vyos/line.ts';
import { keyOf } from '#vyos/line.ts';
import { ownership } from '#vyos/ownership.ts';
import { parseCommand, parseSetCommand, parseShownLine } from '#vyos/quote.ts';

/** The payload of a push: commands with the names of secrets, and the paths that a rollback restores. */
export interface PushFile {
  /** gzip in base64, as the document's parameter. */
  readonly packed: string;
  /** Of the text inside, hexadecimal. */
  readonly sha256: string;
}

/**
 * The latest time at which a router may begin, by its kernel's uptime, which no operator sets: a command can wait in
 * a queue or outlive a reboot.
 */
interface BeginBy {
  /** The kernel's boot ID. */
  readonly id: string;
  /** The uptime, s. */
  readonly notAfter: number;
}

/**
 * Maximum length of `packed`, as the document declares it. SSM accepts 64 KB for a command; the configuration of a
 * router with 20 tunnels takes 5 540.
 */
export const LONGEST_PUSH_FILE = 30_000;

/** @returns undefined: the payload does not fit into a command */
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

/** The managed subtrees that contain the paths, each once. */
function rootsOf(paths: readonly Line[], ours: readonly (readonly string[])[], running: readonly string[]): Line[] {
  const { rootOf } = ownership(
    ours.flatMap((lines) => lines.flatMap((line) => [parseSetCommand(line, 0) ?? []])),
    running.flatMap((line) => [parseShownLine(line) ?? []]),
  );
  // A diff has no command outside of the managed subtrees; the router would reject one.
  return [...new Map(paths.map((path) => rootOf(path) ?? path).map((root) => [keyOf(root), root])).values()];
}
