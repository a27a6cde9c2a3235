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
  return { described, text, name: topologyFile(named, cli.io), only };
}
