import type { ManagedSite } from '#failover/site.ts';
import { required } from '#functions/environment.ts';
import { readSiteFile } from '#functions/site-file.ts';

export interface RouteSwapSettings {
  readonly site: ManagedSite;
  /** DynamoDB table of lease, journal and history. */
  readonly table: string;
}

/** What the stack must put into the function's environment. */
export function routeSwapEnvironment(table: string): Record<string, string> {
  return { SITE_TABLE: table };
}

/** @throws Error if the environment is not as `routeSwapEnvironment` makes it */
export function readRouteSwapSettings(environment: NodeJS.ProcessEnv): RouteSwapSettings {
  return {
    site: readSiteFile(required(environment, 'LAMBDA_TASK_ROOT')),
    table: required(environment, 'SITE_TABLE'),
  };
}
