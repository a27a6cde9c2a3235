import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const FUNCTION_FOLDERS = [
  'route-swap',
  'health-probe',
  'config-push',
  'create-routes',
  'mark-tables',
  'notify',
] as const;

export type FunctionFolder = (typeof FUNCTION_FOLDERS)[number];

/**
 * Names a folder that keeps builds between processes. New sources need a new folder, as a run of the
 * tests does: what is in it is taken as it is. Not set: every process builds for itself.
 */
export const BUILDS = 'VYOS_FAILOVER_BUILDS';

/** In the package of the library: builds of all functions. This repository has no such folder. */
const PACKAGED = fileURLToPath(new URL('../built-functions/', import.meta.url));

/**
 * The folder of a function's build. Not to be changed: all sites share it.
 *
 * @param temporary where `buildFunctions` built it if no folder keeps builds between processes
 * @throws Error for a function that is not built
 */
export function builtFunction(folder: FunctionFolder, temporary: string): string {
  const built = [join(PACKAGED, folder), placeOf(folder, temporary)].find((place) => existsSync(place));
  if (built === undefined) throw new Error(`${folder} is not built: await buildBundles() before the first stack.`);
  return built;
}

/** Where a function's build is, or is to be. */
export function placeOf(folder: FunctionFolder, temporary: string): string {
  return join(process.env[BUILDS] ?? temporary, folder);
}
