import { ATTEMPT_MS, BOUNDED, COMMAND_OVERHEAD_MS } from '#aws/bounds.ts';
import type { ManagedSite } from '#failover/site.ts';
import { createdIdsEnvironment } from '#functions/created-ids.ts';
import { required } from '#functions/environment.ts';
import { readSiteFile } from '#functions/site-file.ts';

/** Between rounds. EventBridge's finest rate is a minute. */
export const PROBE_EVERY_S = 60;
/** For a router's answer over SSM. The probe confirms what the detectors find in under a second, so it may be slow. */
export const ANSWER_WITHIN_MS = 10_000;
/** For route-swap's answer: a rehearsal takes far less, and a swap that takes longer goes on without the probe. */
export const SWAP_WITHIN_MS = 20_000;
/** For a second rehearsal after one that failed at once, for the store, and for the announcements. */
const REST_MS = 7_000;
/**
 * The longest that a round takes: both routers are silent and SSM is asked about their agents, EC2 answers in its last try,
 * and route-swap takes all of its time. It must be less than the time between rounds, or FailoverReady would have no value
 * just when it should be 0.
 */
export const ROUND_WITHIN_MS =
  ANSWER_WITHIN_MS + COMMAND_OVERHEAD_MS + ATTEMPT_MS + BOUNDED.maxAttempts * ATTEMPT_MS + SWAP_WITHIN_MS + REST_MS;

interface HealthProbeSettings {
  readonly site: ManagedSite;
  /** The site's DynamoDB table. */
  readonly table: string;
  /** SSM document that reads a router's BGP. */
  readonly document: string;
  /** Name of the route-swap function. */
  readonly routeSwap: string;
  /** Name of the config-push function. */
  readonly configPush: string;
}

/**
 * What the stack must put into the function's environment.
 *
 * @param createdIds the ids of all placeholders in the site, as JSON; undefined: it has none
 */
export function healthProbeEnvironment(
  of: Omit<HealthProbeSettings, 'site'>,
  createdIds?: string,
): Record<string, string> {
  return {
    SITE_TABLE: of.table,
    PROBE_DOCUMENT: of.document,
    ROUTE_SWAP_FUNCTION: of.routeSwap,
    CONFIG_PUSH_FUNCTION: of.configPush,
    ...createdIdsEnvironment(createdIds),
  };
}

/** @throws Error if the environment is not as `healthProbeEnvironment` makes it */
export function readHealthProbeSettings(environment: NodeJS.ProcessEnv): HealthProbeSettings {
  return {
    site: readSiteFile(environment),
    table: required(environment, 'SITE_TABLE'),
    document: required(environment, 'PROBE_DOCUMENT'),
    routeSwap: required(environment, 'ROUTE_SWAP_FUNCTION'),
    configPush: required(environment, 'CONFIG_PUSH_FUNCTION'),
  };
}
