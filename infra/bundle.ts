import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import type { ManagedSite } from '#failover/site.ts';
import { SITE_FILE } from '#functions/site-file.ts';

export type FunctionFolder = 'route-swap' | 'health-probe' | 'config-push';

/**
 * A function's code with everything in it: SDK bundled (Lambda's own copy imports in twice the time), ES modules
 * minified, what is loaded late in chunks of its own, and the site beside it.
 */
export function bundle(folder: FunctionFolder, site: ManagedSite): Code {
  const outdir = mkdtempSync(join(tmpdir(), `vyos-failover-${folder}-`));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  buildInto(outdir, folder);
  writeFileSync(join(outdir, SITE_FILE), JSON.stringify(site));
  return Code.fromAsset(outdir);
}

function buildInto(outdir: string, folder: FunctionFolder): void {
  buildSync({
    entryPoints: { index: fileURLToPath(new URL(`../functions/${folder}/handler.ts`, import.meta.url)) },
    outdir,
    outExtension: { '.js': '.mjs' },
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
