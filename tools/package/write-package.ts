import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, type Metafile, stop } from 'esbuild';
import { buildFunctions, metafileOf } from '#infra/build-functions.ts';
import { builtFunction, FUNCTION_FOLDERS } from '#infra/built-function.ts';
import { routerFiles } from '#infra/router-files.ts';
import { notices } from './notices.ts';
import { PEERS, packageJson } from './package-json.ts';
import { writeTypes } from './write-types.ts';

/**
 * Writes the package of the library into a new folder:
 *
 * - `lib/`: one ES module with all that it imports but CDK, and the types of what it exports
 * - `built-functions/`: the code of the Lambda functions, so that a synthesis needs no esbuild
 * - `router/`: the programs that run on routers, which are parts of SSM documents
 * - `NOTICES.txt`: the licences of other people's code in both
 */
export async function writePackage(folder: string): Promise<void> {
  const library = await bundleLibrary(join(folder, 'lib', 'index.js'));
  await writeTypes(join(folder, 'lib'), PEERS);
  const inFunctions = await writeFunctions(join(folder, 'built-functions'));
  writeRouterFiles(join(folder, 'router'));
  cpSync('LICENSE', join(folder, 'LICENSE'));
  cpSync('docs/library.md', join(folder, 'README.md'));
  writeFileSync(join(folder, 'NOTICES.txt'), notices([library, ...inFunctions]));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageJson(), undefined, 2)}\n`);
}

async function bundleLibrary(outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: ['infra/index.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // The user's own, as the package's peers.
    external: [...PEERS],
    metafile: true,
    // Some dependencies are CommonJS and call require() of Node's own modules; others import createRequire themselves.
    banner: { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" },
    logLevel: 'warning',
  });
  // Its service is a process.
  await stop();
  return metafile;
}

/** @returns what each function was built from */
async function writeFunctions(folder: string): Promise<Metafile[]> {
  const temporary = mkdtempSync(join(tmpdir(), 'vyos-failover-package-'));
  try {
    await buildFunctions(temporary);
    for (const name of FUNCTION_FOLDERS)
      cpSync(builtFunction(name, temporary), join(folder, name), { recursive: true });
    return FUNCTION_FOLDERS.map((name) => metafileOf(name, temporary));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function writeRouterFiles(folder: string): void {
  for (const { path, mode, content } of routerFiles()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode });
  }
}
