import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import type { Topology } from '#topology/topology.ts';
import type { ProgramsVersion } from '#vyos/boot-values.ts';
import { type BundleFile, deployedBundle } from '#vyos/bundle.ts';
import { routerFiles } from '../router-files.ts';

/** A bundle as one file, for an asset. */
export interface BundleArchive {
  /** Path of a zip archive, which is there until this process ends. */
  readonly file: string;
  /** Of the file, in hexadecimal: what the router verifies before it unpacks anything. */
  readonly sha256: string;
  /** What is in it. */
  readonly programs: ProgramsVersion;
}

/** Where this process writes archives, until CDK has copied them and the process ends. */
let folder: string | undefined;

/**
 * Writes the bundle of a router that the stacks know. The same topology gives the same bytes.
 *
 * @throws VyosConfigError for a router that is not in the topology, or whose VyOS cannot run the programs
 */
export function bundleArchive(topology: Topology, name: string): BundleArchive {
  const { files, programs } = deployedBundle(topology, name, {
    programs: routerFiles(),
    version: PRODUCT_VERSION,
    sha256,
  });
  const archive = zipSync(Object.fromEntries(files.map(entryOf)), { mtime: noTime(), level: 6 });
  const file = join(temporary(), `${topology.name}-${name}.zip`);
  writeFileSync(file, archive);
  return { file, sha256: sha256(archive), programs };
}

/** With its mode, as an archive of Unix has it. */
function entryOf({ path, mode, content }: BundleFile): [string, Zippable[string]] {
  return [path, [Buffer.from(content), { os: UNIX, attrs: (REGULAR_FILE | mode) * 2 ** 16 }]];
}

const UNIX = 3;
const REGULAR_FILE = 0o100_000;
/** An archive has local times. Noon exists on this day in every time zone. */
const noTime = (): Date => new Date(1980, 0, 1, 12);

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function temporary(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(tmpdir(), 'vyos-failover-archives-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  folder = made;
  return made;
}
