import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SymlinkFollowMode } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { ManagedSite } from '#failover/site.ts';
import { SITE_FILE } from '#functions/site-file.ts';
import { builtFunction, type FunctionFolder } from './built-function.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** SHA-256 of each build, read once. */
const hashes = new Map<string, string>();

/**
 * A function's code: what esbuild made of it, once for all sites, and beside it the site, which is all that differs. Links
 * to the build and a hash made of the build's own: CDK copies it once a site, and neither copies nor reads it twice.
 *
 * @param site undefined: the function reads none
 */
export function bundle(folder: FunctionFolder, site: ManagedSite | undefined): Code {
  const built = builtFunction(folder, temporaryFolder());
  const outdir = mkdtempSync(join(temporaryFolder(), `${folder}-`));
  for (const name of readdirSync(built)) symlinkSync(join(built, name), join(outdir, name));
  const text = site === undefined ? '' : JSON.stringify(site);
  if (site !== undefined) writeFileSync(join(outdir, SITE_FILE), text);
  const assetHash = createHash('sha256').update(hashOf(built)).update(text).digest('hex');
  return Code.fromAsset(outdir, { assetHash, followSymlinks: SymlinkFollowMode.ALWAYS });
}

/** Of names and contents of all files in a folder. */
function hashOf(built: string): string {
  const known = hashes.get(built);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  const files = readdirSync(built, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const name of files.map((file) => relative(built, join(file.parentPath, file.name))).toSorted()) {
    const content = readFileSync(join(built, name));
    hash.update(`${name} ${content.length}\n`).update(content);
  }
  const made = hash.digest('hex');
  hashes.set(built, made);
  return made;
}
