import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { type Loaded, loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Topology } from '#topology/topology.ts';
import type { Io } from './io.ts';
import { CommandError } from './output/command-error.ts';
import { exitCodes } from './output/exit-codes.ts';

/** The file named by the argument or by --topology. @throws CommandError (exit code 2) if both are given */
export function namedOnce(argument: string | undefined, option: string | undefined): string | undefined {
  if (argument === undefined || option === undefined) return argument ?? option;
  throw new CommandError(
    exitCodes.usage,
    `the topology is given twice: ${argument} and --topology ${option}\n    hint: give it once`,
  );
}

/** Larger than any valid topology, so that the loader reports the size and reading /dev/zero ends. */
const enoughBytes = 2 * 1024 * 1024;

/** Reads a valid topology. @throws CommandError (exit code 2) with every mistake in it, or with the reason why it cannot be read */
export async function requireTopology(option: string | undefined, io: Io): Promise<Topology> {
  const { topology, mistakes } = await readTopology(option, io);
  if (mistakes !== undefined) throw new CommandError(exitCodes.usage, renderMistakes(mistakes));
  return topology;
}

/** The same, with its text: config-push parses the text itself. */
export async function requireTopologyText(
  option: string | undefined,
  io: Io,
): Promise<{ readonly topology: Topology; readonly text: string }> {
  const text = await readTopologyText(option, io);
  const { topology, mistakes } = loadTopology(text, topologyFile(option, io));
  if (mistakes !== undefined) throw new CommandError(exitCodes.usage, renderMistakes(mistakes));
  return { topology, text };
}

/** The option, else VYOS_FAILOVER_TOPOLOGY, else topology.yaml; `-` is standard input. */
export function topologyFile(option: string | undefined, io: Io): string {
  return option ?? (io.env['VYOS_FAILOVER_TOPOLOGY'] || 'topology.yaml');
}

/**
 * Reads the topology, valid or not.
 *
 * @throws CommandError (exit code 2) if the file cannot be read
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
        ? '\n    hint: give it with --topology FILE or VYOS_FAILOVER_TOPOLOGY, or create ./topology.yaml'
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
    ENOENT: 'no such file',
    EISDIR: 'it is a directory',
    EACCES: 'permission denied',
    ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
  };
  return reasons[error.code ?? ''] ?? error.message;
}
