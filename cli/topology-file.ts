import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createdKeysIn } from '#topology/created-ids.ts';
import { type Loaded, loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import { someOf } from '#topology/some-of.ts';
import type { Topology } from '#topology/topology.ts';
import type { Cli } from './cli.ts';
import { readAddressesFile } from './created/addresses-file.ts';
import { isCreated } from './created/created-sites.ts';
import { filledTopology, routersWithoutAddress } from './created/fill-addresses.ts';
import { type CreatedIds, readCreatedIds } from './created/read-created-ids.ts';
import type { Io } from './io.ts';
import { CommandError } from './output/command-error.ts';
import { exitCodes } from './output/exit-codes.ts';
import { type NextCommand, nextCommands } from './output/next-command.ts';
import { requireAccount } from './require-account.ts';

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

/**
 * Reads a valid topology. What the deployment creates has the ids of the addresses file beside the topology file, if there is one.
 *
 * @throws CommandError (exit code 2) with every mistake in it, or with the reason why it cannot be read
 */
export async function requireTopology(option: string | undefined, io: Io): Promise<Topology> {
  return (await requireTopologyText(option, io)).topology;
}

/**
 * The same, for commands that call AWS: the credentials are of its account.
 *
 * @throws CommandError (exit code 2) for credentials of another account
 */
export async function requireTopologyOfAccount(option: string | undefined, cli: Cli): Promise<Topology> {
  const topology = await requireTopology(option, cli.io);
  await requireAccount(topology, cli);
  return topology;
}

/** The same, with the text of the file, which config-push parses itself. */
async function requireTopologyText(option: string | undefined, io: Io): Promise<TopologyText> {
  const read = await requireFileAsWritten(option, io);
  return withIds(read, addressesOf(read.topology, option, io));
}

/** The same without the addresses file. */
export async function requireFileAsWritten(option: string | undefined, io: Io): Promise<TopologyText> {
  const text = await readTopologyText(option, io);
  const { topology, mistakes } = loadTopology(text, topologyFile(option, io));
  if (mistakes !== undefined) throw new CommandError(exitCodes.usage, renderMistakes(mistakes));
  return { topology, text };
}

export interface TopologyText {
  readonly topology: Topology;
  /** The file as written: config-push fills in the ids of its deployment. */
  readonly text: string;
}

/**
 * The same, with the ids in the outputs of the deployed stacks where the addresses file does not have them. If CloudFormation does
 * not answer, the placeholders remain, and a note on stderr gives the reason.
 */
export async function requireDeployedTopology(option: string | undefined, cli: Cli): Promise<TopologyText> {
  const read = await requireTopologyText(option, cli.io);
  await requireAccount(read.topology, cli);
  if (createdKeysIn(read.topology).length === 0) return read;
  try {
    return withIds(read, await readCreatedIds(read.topology, cli));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    cli.io.stderr.write(`note: the ids of what the deployment created are not known: ${error.message}\n`);
    return read;
  }
}

/**
 * A topology with the ids of the deployed stacks, whatever the addresses file says: for commands that remove what has these ids.
 *
 * @throws CommandError (exit code 1) if CloudFormation does not answer
 */
export async function requireLiveTopology(option: string | undefined, cli: Cli): Promise<TopologyText> {
  const read = await requireFileAsWritten(option, cli.io);
  await requireAccount(read.topology, cli);
  return withIds(read, await readCreatedIds(read.topology, cli));
}

/** For commands that cannot do without the public addresses. @throws CommandError (exit code 1) if one is not known */
export function withAddresses(read: TopologyText, { environment }: Pick<Cli, 'environment'>): TopologyText {
  const unknown = routersWithoutAddress(read.topology);
  if (unknown.length === 0) return read;
  throw new CommandError(
    exitCodes.failed,
    `the public address of ${someOf(unknown)} is not known\n    hint: deploy the topology (npx cdk deploy --all -c topology=FILE); ${environment.nextCommand('addresses')} shows what is deployed`,
  );
}

function withIds({ topology, text }: TopologyText, ids: CreatedIds | undefined): TopologyText {
  if (ids === undefined) return { topology, text };
  return { topology: filledTopology(topology, ids), text };
}

function addressesOf(topology: Topology, option: string | undefined, io: Io): CreatedIds | undefined {
  return topology.sites.some(isCreated)
    ? readAddressesFile(topologyFile(option, io), topology.name, io, nextCommandsFor(option, io))
    : undefined;
}

/** The commands of a command line. @param named the topology that it names; undefined: none */
export function nextCommandsFor(named: string | undefined, io: Io): NextCommand {
  return nextCommands({ named, byDefault: topologyFile(undefined, io), cwd: io.cwd });
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
  const loaded = loadTopology(await readTopologyText(option, io), topologyFile(option, io));
  if (loaded.topology === undefined) return loaded;
  const ids = addressesOf(loaded.topology, option, io);
  return ids === undefined ? loaded : { topology: filledTopology(loaded.topology, ids) };
}

async function readTopologyText(option: string | undefined, io: Io): Promise<string> {
  const file = topologyFile(option, io);
  const isFromVariable = option === undefined && Boolean(io.env['VYOS_FAILOVER_TOPOLOGY']);
  const origin = isFromVariable ? ' (from VYOS_FAILOVER_TOPOLOGY)' : '';
  try {
    return await readText(file === '-' ? io.stdin : createReadStream(resolve(io.cwd, file)));
  } catch (error) {
    if (io.signal?.aborted === true || !isReadError(error)) throw error;
    const hint = isFromVariable ? HINTS.fromVariable : option === undefined ? HINTS.byDefault : HINTS.named;
    throw new CommandError(exitCodes.usage, `${file}${origin}: ${reason(error)}\n    hint: ${hint}`, { cause: error });
  }
}

/** What to do about a file that cannot be read, by how it is named. */
const HINTS = {
  named: 'name a readable file; relative paths start at the current directory',
  fromVariable: 'correct or unset VYOS_FAILOVER_TOPOLOGY, or name the file with --topology FILE',
  byDefault: 'give it with --topology FILE or VYOS_FAILOVER_TOPOLOGY, or create ./topology.yaml',
} as const;

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
