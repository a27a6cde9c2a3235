import type { ManagedSite } from '#failover/site.ts';
import { type CreatedIds, createdIdsEnvironment, readCreatedIds } from '#functions/created-ids.ts';
import { required } from '#functions/environment.ts';
import { readSiteFile } from '#functions/site-file.ts';

interface ConfigPushSettings {
  readonly site: ManagedSite;
  /** Also the addresses of the other sites' created routers, which a pushed topology does not have. */
  readonly createdIds: CreatedIds;
  /** The site's DynamoDB table. */
  readonly table: string;
  /** SSM documents. Their names contain a hash of their content, so version 1 of each is what was deployed. */
  readonly documents: {
    readonly show: string;
    readonly apply: string;
    readonly neighbors: string;
    /** Undefined: no router of the site can run programs. */
    readonly install: string | undefined;
  };
  /** Names of the routers that can run the programs of a bundle. */
  readonly programRouters: readonly string[];
  readonly verify: VerifySettings;
  readonly deadlines: CommandDeadlines;
}

/** How long a router may take to answer before the command is cancelled, ms. */
export interface CommandDeadlines {
  /**
   * To show its configuration, which it reads under VyOS's commit lock: another process may hold the lock for a
   * while.
   */
  readonly show: number;
  /** To list its BGP neighbors. */
  readonly neighbors: number;
  /** To apply: a commit with IPsec is slow and may wait for another commit; it takes longer with each command. */
  readonly apply: number;
  /** To confirm, which saves a file. */
  readonly confirm: number;
  /** To roll back, which is a commit; it takes longer with each command. */
  readonly undo: number;
}

/** When a router with a new configuration counts as verified. */
export interface VerifySettings {
  /** Its BGP sessions must be back within this time, ms. */
  readonly withinMs: number;
  /** They must stay up for this long, whatever other proof there is, ms. */
  readonly steadyMs: number;
  /** Interval between two readings, ms. */
  readonly everyMs: number;
  /** How long a session can outlive its tunnel where it reports no hold time; FRR's default is 180 s. */
  readonly holdMs: number;
  /** Additional time where the far end of a tunnel changes at the same time, ms. */
  readonly farEndMs: number;
}

/**
 * The function's environment, as the stack sets it.
 *
 * @param createdIds the ids of all placeholders in the site, and the addresses of the created routers of all sites, as JSON;
 *   undefined: there are none
 */
export function configPushEnvironment(
  { table, documents, programRouters, verify, deadlines }: Omit<ConfigPushSettings, 'site' | 'createdIds'>,
  createdIds?: string,
): Record<string, string> {
  return {
    ...createdIdsEnvironment(createdIds),
    SITE_TABLE: table,
    SHOW_DOCUMENT: documents.show,
    APPLY_DOCUMENT: documents.apply,
    NEIGHBORS_DOCUMENT: documents.neighbors,
    ...(documents.install !== undefined && {
      INSTALL_DOCUMENT: documents.install,
      PROGRAM_ROUTERS: programRouters.join(' '),
    }),
    BGP_WITHIN_MS: String(verify.withinMs),
    BGP_STEADY_MS: String(verify.steadyMs),
    BGP_EVERY_MS: String(verify.everyMs),
    BGP_HOLD_MS: String(verify.holdMs),
    FAR_END_MS: String(verify.farEndMs),
    SHOW_WITHIN_MS: String(deadlines.show),
    NEIGHBORS_WITHIN_MS: String(deadlines.neighbors),
    APPLY_WITHIN_MS: String(deadlines.apply),
    CONFIRM_WITHIN_MS: String(deadlines.confirm),
    UNDO_WITHIN_MS: String(deadlines.undo),
  };
}

/** @throws Error if the environment is not as `configPushEnvironment` makes it */
export function readConfigPushSettings(environment: NodeJS.ProcessEnv): ConfigPushSettings {
  return {
    site: readSiteFile(environment),
    createdIds: readCreatedIds(environment),
    table: required(environment, 'SITE_TABLE'),
    documents: {
      show: required(environment, 'SHOW_DOCUMENT'),
      apply: required(environment, 'APPLY_DOCUMENT'),
      neighbors: required(environment, 'NEIGHBORS_DOCUMENT'),
      install: environment['INSTALL_DOCUMENT'],
    },
    programRouters: environment['PROGRAM_ROUTERS']?.split(' ') ?? [],
    verify: {
      withinMs: Number(required(environment, 'BGP_WITHIN_MS')),
      steadyMs: Number(required(environment, 'BGP_STEADY_MS')),
      everyMs: Number(required(environment, 'BGP_EVERY_MS')),
      holdMs: Number(required(environment, 'BGP_HOLD_MS')),
      farEndMs: Number(required(environment, 'FAR_END_MS')),
    },
    deadlines: {
      show: Number(required(environment, 'SHOW_WITHIN_MS')),
      neighbors: Number(required(environment, 'NEIGHBORS_WITHIN_MS')),
      apply: Number(required(environment, 'APPLY_WITHIN_MS')),
      confirm: Number(required(environment, 'CONFIRM_WITHIN_MS')),
      undo: Number(required(environment, 'UNDO_WITHIN_MS')),
    },
  };
}
