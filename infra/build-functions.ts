import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, stop } from 'esbuild';
import { FUNCTION_FOLDERS, type FunctionFolder, placeOf } from './built-function.ts';
import { builtinsWithoutImport } from './builtins-without-import.ts';
import { literalKeys } from './literal-keys.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Builds all functions, once in a process. `bundle` needs them. */
export async function buildBundles(): Promise<void> {
  await buildFunctions(temporaryFolder());
}

/**
 * Builds each of these functions once: SDK bundled (Lambda's own copy imports in twice the time), ES modules minified, what is loaded
 * late in chunks of its own.
 *
 * @param temporary where they are built if no folder keeps builds between processes; the caller removes it
 */
export async function buildFunctions(
  temporary: string,
  folders: readonly FunctionFolder[] = FUNCTION_FOLDERS,
): Promise<void> {
  const missing = folders.filter((folder) => !existsSync(placeOf(folder, temporary)));
  await Promise.all(missing.map((folder) => keep(folder, placeOf(folder, temporary))));
  // Its service is a process.
  if (missing.length > 0) await stop();
}

/** It has its name when it is complete. Where two processes build at the same time, the first one's is as good. */
async function keep(folder: FunctionFolder, kept: string): Promise<void> {
  mkdirSync(dirname(kept), { recursive: true });
  const building = mkdtempSync(`${kept}.`);
  const metafile = await buildInto(folder, building);
  writeFileSync(metafilePath(kept), JSON.stringify(metafile));
  try {
    renameSync(building, kept);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    if (!existsSync(kept)) throw error;
  }
}

/** What a function was built from, for the licences of other people's code in it. @throws Error if it is not built */
export function metafileOf(folder: FunctionFolder, temporary: string): Metafile {
  return JSON.parse(readFileSync(metafilePath(placeOf(folder, temporary)), 'utf8')) as Metafile;
}

function metafilePath(built: string): string {
  return `${built}.metafile.json`;
}

async function buildInto(folder: FunctionFolder, outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: { index: fileURLToPath(new URL(`../functions/${folder}/handler.ts`, import.meta.url)) },
    outdir,
    outExtension: { '.js': '.mjs' },
    // In one folder: a site's bundle links to it, and not to each of them.
    chunkNames: 'chunks/[name]-[hash]',
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Before `main`: half of the size, because only ES modules are tree-shaken.
    mainFields: ['module', 'main'],
    // Some dependencies are CommonJS and call require() of Node's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [literalKeys, builtinsWithoutImport],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}
