import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bundle } from '#vyos/bundle.ts';
import { cannotWrite } from '../output/cannot-write.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';

/**
 * Writes a bundle into a folder and replaces an earlier bundle in it. Files that were added next to it (Serf's archive)
 * stay. A folder that is neither empty nor a bundle is not changed.
 */
export function writeBundle({ files, agent }: Bundle, agentFile: string | undefined, directory: string): void {
  try {
    const old = oldFiles(directory);
    for (const path of old.filter((each) => each !== agent?.path && !files.some((file) => file.path === each))) {
      rmSync(join(directory, path), { force: true });
    }
    // The index is written last: a bundle without it is incomplete, and its install script refuses it.
    rmSync(join(directory, 'INDEX'), { force: true });
    if (agent !== undefined && agentFile !== undefined) copy(agentFile, join(directory, agent.path));
    for (const { path, mode, content } of files) {
      makeFolder(dirname(join(directory, path)));
      writeFileSync(join(directory, path), content);
      chmodSync(join(directory, path), mode);
    }
  } catch (error) {
    throw error instanceof CommandError ? error : cannotWrite(directory, error);
  }
}

/** A folder and those above it. In Node 24 `mkdirSync` with `recursive` never returns for a path such as /proc/x. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** The source may be the destination itself. */
function copy(from: string, to: string): void {
  makeFolder(dirname(to));
  if (from !== to) copyFileSync(from, to);
  chmodSync(to, 0o644);
}

/** Files of the bundle in the folder, from its index. */
function oldFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const existing = readdirSync(directory);
  if (existing.includes('INDEX')) {
    const lines = readFileSync(join(directory, 'INDEX'), 'utf8').split('\n');
    return lines.flatMap(
      (line) => /^0[0-7]{3} [0-9a-f]{64} ((?!.*\.\.)[A-Za-z0-9_-][A-Za-z0-9._/-]*)$/.exec(line)?.[1] ?? [],
    );
  }
  if (existing.length === 0) return [];
  throw new CommandError(
    exitCodes.notDone,
    `${directory} contains files that are not a bundle; nothing was written\n    hint: choose another folder`,
  );
}
