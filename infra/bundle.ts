import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { ManagedSite } from '#failover/site.ts';
import { SITE_FILE } from '#functions/site-file.ts';
import { builtFunction, type FunctionFolder } from './built-function.ts';

/** Where this process puts bundles together, until CDK has copied them and the process ends. */
let workshop: string | undefined;

/** A function's code: what esbuild made of it, once for all sites, and beside it the site, which is all that differs. */
export function bundle(folder: FunctionFolder, site: ManagedSite): Code {
  const outdir = mkdtempSync(join(temporary(), `${folder}-`));
  cpSync(builtFunction(folder, temporary()), outdir, { recursive: true });
  writeFileSync(join(outdir, SITE_FILE), JSON.stringify(site));
  return Code.fromAsset(outdir);
}

function temporary(): string {
  if (workshop !== undefined) return workshop;
  const made = mkdtempSync(join(tmpdir(), 'vyos-failover-bundles-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  workshop = made;
  return made;
}
