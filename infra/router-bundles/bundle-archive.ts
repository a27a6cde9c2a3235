import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, Zip, ZipPassThrough } from 'fflate';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import type { Topology } from '#topology/topology.ts';
import type { ProgramsVersion } from '#vyos/boot-values.ts';
import { type BundleFile, deployedBundle } from '#vyos/bundle.ts';
import { routerFiles } from '../router-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A bundle as one file, for an asset. */
export interface BundleArchive {
  /** Path of a zip archive, which is there until this process ends. */
  readonly file: string;
  /** Of the file, in hexadecimal: what the router verifies before it unpacks anything. */
  readonly sha256: string;
  /** What is in it. */
  readonly programs: ProgramsVersion;
}

/**
 * Writes the bundle of a router that the stacks know. The same topology gives the same bytes.
 *
 * @throws VyosConfigError for a router that is not in the topology, or whose VyOS cannot run the programs
 */
export function bundleArchive(topology: Topology, name: string): BundleArchive {
  allPrograms ??= routerFiles();
  const { files, programs } = deployedBundle(topology, name, {
    programs: allPrograms,
    version: PRODUCT_VERSION,
    sha256,
  });
  const archive = archiveOf(files);
  const file = join(temporaryFolder(), `${topology.name}-${name}.zip`);
  writeFileSync(file, archive);
  return { file, sha256: sha256(archive), programs };
}

function archiveOf(files: readonly BundleFile[]): Buffer {
  const parts: Uint8Array[] = [];
  const zip = new Zip((error, part) => {
    if (error !== null) throw error;
    parts.push(part);
  });
  for (const file of files) {
    const entry = new Entry(file);
    zip.add(entry);
    entry.push(Buffer.from(file.content), true);
  }
  zip.end();
  return Buffer.concat(parts);
}

/** A file with its mode, as an archive of Unix has it. */
class Entry extends ZipPassThrough {
  override readonly compression = DEFLATED;
  override readonly os = UNIX;
  override readonly attrs: number;
  override readonly mtime = noTime();
  readonly #file: BundleFile;

  constructor(file: BundleFile) {
    super(file.path);
    this.attrs = (REGULAR_FILE | file.mode) * 2 ** 16;
    this.#file = file;
  }

  protected override process(content: Uint8Array, isLast: boolean): void {
    const known = compressed.get(this.#file) ?? deflateSync(content, { level: 6 });
    compressed.set(this.#file, known);
    this.ondata(null, known, isLast);
  }
}

/** The programs are the same on all routers, and compressing them took a third of the synthesis of a site. */
const compressed = new WeakMap<BundleFile, Uint8Array<ArrayBuffer>>();
let allPrograms: readonly BundleFile[] | undefined;

/** PKWARE's APPNOTE.TXT, 4.4.5. */
const DEFLATED = 8;
const UNIX = 3;
const REGULAR_FILE = 0o100_000;
/** An archive has local times. Noon exists on this day in every time zone. */
const noTime = (): Date => new Date(1980, 0, 1, 12);

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
