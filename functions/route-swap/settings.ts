import type { ManagedSite } from '#failover/site.ts';
import { createdIdsEnvironment } from '#functions/created-ids.ts';
import { required } from '#functions/environment.ts';
import { readSiteFile } from '#functions/site-file.ts';

export interface RouteSwapSettings {
  readonly site: ManagedSite;
  /** DynamoDB table of lease, journal and history. */
  readonly table: string;
  /** SSM document that reads a router's BGP. */
  readonly document: string;
  /** SSM document that `doctor` runs. */
  readonly examineDocument: string;
}

/**
 * What the stack must put into the function's environment.
 *
 * @param createdIds the ids of all placeholders in the site, as JSON; undefined: it has none
 */
export function routeSwapEnvironment(of: Omit<RouteSwapSettings, 'site'>, createdIds?: string): Record<string, string> {
  return {
    SITE_TABLE: of.table,
    PROBE_DOCUMENT: of.document,
    EXAMINE_DOCUMENT: of.examineDocument,
    ...createdIdsEnvironment(createdIds),
  };
}

/** @throws Error if the environment is not as `routeSwapEnvironment` makes it */
export function readRouteSwapSettings(environment: NodeJS.ProcessEnv): RouteSwapSettings {
  return {
    site: readSiteFile(environment),
    table: required(environment, 'SITE_TABLE'),
    document: required(environment, 'PROBE_DOCUMENT'),
    examineDocument: required(environment, 'EXAMINE_DOCUMENT'),
  };
}
