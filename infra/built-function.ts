import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

export type FunctionFolder = 'route-swap' | 'health-probe' | 'config-push';

/**
 * Names a folder that keeps builds between processes. New sources need a new folder, as a run of the
 * tests does: what is in it is taken as it is. Not set: every process builds for itself.
 */
export const BUILDS = 'VYOS_FAILOVER_BUILDS';

/**
 * The folder of a function's build, made once: SDK bundled (Lambda's own copy imports in twice the time), ES modules
 * minified, what is loaded late in chunks of its own. Not to be changed: all sites share it.
 *
 * @param temporary where it is built if no folder keeps builds between processes; the caller removes it
 */
export function builtFunction(folder: FunctionFolder, temporary: string): string {
  const kept = join(process.env[BUILDS] ?? temporary, folder);
  if (!existsSync(kept)) keep(folder, kept);
  return kept;
}

/** It has its name when it is complete. Where two processes build at the same time, the first one's is as good. */
function keep(folder: FunctionFolder, kept: string): void {
  mkdirSync(dirname(kept), { recursive: true });
  const building = mkdtempSync(`${kept}.`);
  build(folder, building);
  try {
    renameSync(building, kept);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    if (!existsSync(kept)) throw error;
  }
}

function build(folder: FunctionFolder, outdir: string): void {
  buildSync({
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
    logLevel: 'warning',
  });
}
