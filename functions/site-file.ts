import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManagedSite } from '#failover/site.ts';

/** Name of the file, beside the function's code, that holds its `ManagedSite`; infra writes it at synth time. */
export const SITE_FILE = 'site.json';

/**
 * The site that this function serves. A file and not an environment variable, because Lambda limits all variables
 * together to 4 KB, and a site may have hundreds of routes.
 */
export function readSiteFile(taskRoot: string): ManagedSite {
  return JSON.parse(readFileSync(join(taskRoot, SITE_FILE), 'utf8')) as ManagedSite;
}
