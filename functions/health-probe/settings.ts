import type { ManagedSite } from '#failover/site.ts';
import { required } from '#functions/environment.ts';
import { readSiteFile } from '#functions/site-file.ts';

/** Between rounds. EventBridge's finest rate is a minute. */
export const PROBE_EVERY_S = 60;
/** For a router's answer over SSM: it is the second opinion, so it may take its time. */
export const ANSWER_WITHIN_MS = 10_000;

export interface HealthProbeSettings {
  readonly site: ManagedSite;
  /** DynamoDB table of the site's memory. */
  readonly table: string;
  /** SSM document that reads a router's BGP. */
  readonly document: string;
  /** Name of the route-swap function. */
  readonly routeSwap: string;
  /** Name of the config-push function. */
  readonly configPush: string;
}

/** What the stack must put into the function's environment. */
export function healthProbeEnvironment(of: Omit<HealthProbeSettings, 'site'>): Record<string, string> {
  return {
    SITE_TABLE: of.table,
    PROBE_DOCUMENT: of.document,
    ROUTE_SWAP_FUNCTION: of.routeSwap,
    CONFIG_PUSH_FUNCTION: of.configPush,
  };
}

/** @throws Error if the environment is not as `healthProbeEnvironment` makes it */
export function readHealthProbeSettings(environment: NodeJS.ProcessEnv): HealthProbeSettings {
  return {
    site: readSiteFile(required(environment, 'LAMBDA_TASK_ROOT')),
    table: required(environment, 'SITE_TABLE'),
    document: required(environment, 'PROBE_DOCUMENT'),
    routeSwap: required(environment, 'ROUTE_SWAP_FUNCTION'),
    configPush: required(environment, 'CONFIG_PUSH_FUNCTION'),
  };
}
