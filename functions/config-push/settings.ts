import type { ManagedSite } from '#failover/site.ts';
import { required } from '#functions/environment.ts';
import { readSiteFile } from '#functions/site-file.ts';

export interface ConfigPushSettings {
  readonly site: ManagedSite;
  /** DynamoDB table of the site's memory. */
  readonly table: string;
  /** SSM documents: names that are made of their content, so that version 1 of each is what was deployed. */
  readonly documents: { readonly show: string; readonly apply: string; readonly neighbors: string };
  readonly verify: VerifySettings;
  readonly deadlines: CommandDeadlines;
}

/** How long a router may take for an answer, ms; then the command is cancelled. */
export interface CommandDeadlines {
  /** For its configuration, which it reads under VyOS's commit lock: somebody else may have that for a while. */
  readonly show: number;
  /** For its BGP neighbors. */
  readonly neighbors: number;
  /** A commit with IPsec in it takes its time, and waits for somebody else's; with each command it takes more. */
  readonly apply: number;
  /** Confirming saves a file. */
  readonly confirm: number;
  /** Undoing is a commit; with each command it takes more. */
  readonly undo: number;
}

/** When a router that got a new configuration is believed to be well again. */
export interface VerifySettings {
  /** Its BGP sessions must be back within so many ms. */
  readonly withinMs: number;
  /** And stay for so many ms, whatever else proves that they will. */
  readonly steadyMs: number;
  /** Between two readings, ms. */
  readonly everyMs: number;
  /** What a session may outlive its tunnel by at most, where it has not told its own hold time; FRR's default is 180 s. */
  readonly holdMs: number;
  /** Where the far end of a tunnel changes at the same time: so many ms more, for what it may be behind. */
  readonly farEndMs: number;
}

/** What the stack must put into the function's environment. */
export function configPushEnvironment({
  table,
  documents,
  verify,
  deadlines,
}: Omit<ConfigPushSettings, 'site'>): Record<string, string> {
  return {
    SITE_TABLE: table,
    SHOW_DOCUMENT: documents.show,
    APPLY_DOCUMENT: documents.apply,
    NEIGHBORS_DOCUMENT: documents.neighbors,
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
    site: readSiteFile(required(environment, 'LAMBDA_TASK_ROOT')),
    table: required(environment, 'SITE_TABLE'),
    documents: {
      show: required(environment, 'SHOW_DOCUMENT'),
      apply: required(environment, 'APPLY_DOCUMENT'),
      neighbors: required(environment, 'NEIGHBORS_DOCUMENT'),
    },
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
