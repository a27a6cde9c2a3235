import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Topology } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import { requireAccount } from '../require-account.ts';
import { requireSite } from '../require-name.ts';
import { requireFileAsWritten, topologyFile } from '../topology-file.ts';

/** The topology file of a change. */
export interface ChangesFile {
  /** As written, with placeholders for what the deployment creates. */
  readonly described: Topology;
  readonly text: string;
  /** As in a command line. */
  readonly name: string;
  /** When the file was last written, ms since the epoch; undefined: it is standard input. */
  readonly writtenAt: number | undefined;
  /** Only this site. Default: all. */
  readonly only: string | undefined;
}

/** @throws CommandError (exit code 2) with the mistakes of the file, or for an unknown site */
export async function readChangesFile(
  named: string | undefined,
  only: string | undefined,
  cli: Cli,
): Promise<ChangesFile> {
  const { topology: described, text } = await requireFileAsWritten(named, cli.io);
  await requireAccount(described, cli);
  if (only !== undefined) requireSite(described, only);
  const name = topologyFile(named, cli.io);
  const writtenAt = statSync(resolve(cli.io.cwd, name), { throwIfNoEntry: false })?.mtimeMs;
  return { described, text, name, writtenAt: name === '-' ? undefined : writtenAt, only };
}
