import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const IMPORT = /(?<=\bfrom ')[^']+(?=')/g;

/**
 * Writes the types of what the library exports: the declarations of `infra/index.ts` and those that they import.
 *
 * @throws Error if they need a type that is not exported: of another folder of ours, or of a package that is no peer
 */
export async function writeTypes(folder: string, peers: readonly string[]): Promise<void> {
  const declarations = mkdtempSync(join(tmpdir(), 'vyos-failover-types-'));
  try {
    await promisify(execFile)('npx', ['tsc', '--project', 'infra/tsconfig.library.json', '--outDir', declarations]);
    copyReachable('index', join(declarations, 'infra'), folder, peers);
  } finally {
    rmSync(declarations, { recursive: true, force: true });
  }
}

function copyReachable(name: string, from: string, to: string, peers: readonly string[]): void {
  const text = readFileSync(join(from, `${name}.d.ts`), 'utf8');
  const target = join(to, `${name}.d.ts`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(
    target,
    text.replaceAll(IMPORT, (path) => path.replace(/\.ts$/, '.js')),
  );
  for (const [path] of text.matchAll(IMPORT)) {
    if (peers.some((peer) => path === peer || path.startsWith(`${peer}/`))) continue;
    const [, next] = /^\.\/([\w-]+)\.ts$/.exec(path) ?? [];
    if (next === undefined) throw new Error(`infra/${name}.ts exports a type of ${path}, which is not in the package.`);
    copyReachable(next, from, to, peers);
  }
}
