import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManagedSite } from '#failover/site.ts';
import { readCreatedIds, withCreatedIds } from './created-ids.ts';
import { required } from './environment.ts';

/** Name of the file, beside the function's code, that holds its `ManagedSite`; infra writes it at synth time. */
export const SITE_FILE = 'site.json';

/**
 * The site that this function serves. A file and not an environment variable, because Lambda limits all variables
 * together to 4 KB, and a site may have hundreds of routes. Placeholders in it are replaced by the created ids of the environment.
 *
 * @throws Error if the environment lacks one of them
 */
export function readSiteFile(environment: NodeJS.ProcessEnv): ManagedSite {
  const text = readFileSync(join(required(environment, 'LAMBDA_TASK_ROOT'), SITE_FILE), 'utf8');
  return withCreatedIds(JSON.parse(text) as ManagedSite, readCreatedIds(environment));
}
