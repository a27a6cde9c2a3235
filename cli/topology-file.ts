import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { type Loaded, loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Topology } from '#topology/topology.ts';
import type { Io } from './io.ts';
import { CommandError } from './output/command-error.ts';
import { exitCodes } from './output/exit-codes.ts';

/** Text of the option, the same in every command's help. */
export const topologyOption = [
  '--topology <FILE>',
  'the topology (- for standard input; default: $VYOS_FAILOVER_TOPOLOGY, else ./topology.yaml)',
] as const;

/** The file that a command was given as its argument or as its option. @throws CommandError (exit code 2) where as both */
export function namedOnce(argument: string | undefined, option: string | undefined): string | undefined {
  if (argument === undefined || option === undefined) return argument ?? option;
  throw new CommandError(
    exitCodes.usage,
    `the topology is named twice: ${argument}, and --topology ${option}\n    hint: leave one of the two out`,
  );
}

/** More than any topology; the loader refuses it by name, and /dev/zero comes to an end. */
const enoughBytes = 2 * 1024 * 1024;

/** The topology, or a CommandError (exit code 2) that says all that is wrong with it, or why there is none. */
export async function requireTopology(option: string | undefined, io: Io): Promise<Topology> {
  const { topology, mistakes } = await readTopology(option, io);
  if (mistakes !== undefined) throw new CommandError(exitCodes.usage, renderMistakes(mistakes));
  return topology;
}

/** The same, with the text that it was read from, for those who have to read it themselves. */
export async function requireTopologyText(
  option: string | undefined,
  io: Io,
): Promise<{ readonly topology: Topology; readonly text: string }> {
  const text = await readTopologyText(option, io);
  const { topology, mistakes } = loadTopology(text, topologyFile(option, io));
  if (mistakes !== undefined) throw new CommandError(exitCodes.usage, renderMistakes(mistakes));
  return { topology, text };
}

/** The file that the topology is read from: the option, else VYOS_FAILOVER_TOPOLOGY, else topology.yaml; `-` is standard input. */
export function topologyFile(option: string | undefined, io: Io): string {
  return option ?? (io.env['VYOS_FAILOVER_TOPOLOGY'] || 'topology.yaml');
}

/**
 * Finds and reads the topology: the option, else VYOS_FAILOVER_TOPOLOGY, else ./topology.yaml; `-` is standard input.
 *
 * @throws CommandError (exit code 2) where it cannot be read
 */
export async function readTopology(option: string | undefined, io: Io): Promise<Loaded> {
  return loadTopology(await readTopologyText(option, io), topologyFile(option, io));
}

async function readTopologyText(option: string | undefined, io: Io): Promise<string> {
  const file = topologyFile(option, io);
  const origin = option === undefined && io.env['VYOS_FAILOVER_TOPOLOGY'] ? ' (from VYOS_FAILOVER_TOPOLOGY)' : '';
  try {
    return await readText(file === '-' ? io.stdin : createReadStream(resolve(io.cwd, file)));
  } catch (error) {
    if (io.signal?.aborted === true || !isReadError(error)) throw error;
    const hint =
      option === undefined
        ? '\n    hint: name it with --topology FILE, VYOS_FAILOVER_TOPOLOGY, or as ./topology.yaml'
        : '';
    throw new CommandError(exitCodes.usage, `${file}${origin}: ${reason(error)}${hint}`, { cause: error });
  }
}

async function readText(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    size += chunk.length;
    if (size > enoughBytes) break;
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}

function isReadError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

function reason(error: NodeJS.ErrnoException): string {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EISDIR: 'this is a directory',
    EACCES: 'reading it is not permitted',
    ERR_ENCODING_INVALID_ENCODED_DATA: 'this is no UTF-8 text',
  };
  return reasons[error.code ?? ''] ?? error.message;
}
