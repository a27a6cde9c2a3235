import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Folders and files of a disk, each folder before what is in it. */
export type DiskImage = readonly {
  readonly path: string;
  readonly mode: number;
  /** Undefined: a folder. */
  readonly content: Buffer | undefined;
}[];

/** @param folder without links */
export function readDisk(folder: string): DiskImage {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const content = entry.isDirectory() ? undefined : readFileSync(file);
      return { path: relative(folder, file), mode: statSync(file).mode, content };
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** @param folder which is there; its other files stay */
export function writeDisk(folder: string, image: DiskImage): void {
  for (const { path, mode, content } of image) {
    const file = join(folder, path);
    if (content === undefined) mkdirSync(file, { recursive: true });
    else writeFileSync(file, content);
    // Whatever the umask is.
    chmodSync(file, mode);
  }
}
