import type { ManagedSite } from '#failover/site.ts';
import { required } from '#functions/environment.ts';
import { readSiteFile } from '#functions/site-file.ts';

export interface ConfigPushSettings {
  readonly site: ManagedSite;
  /** DynamoDB table of the site's memory. */
  readonly table: string;
  /** SSM documents: names that are made of their content, so that version 1 of each is what was deployed. */
  readonly documents: { readonly show: string; readonly apply: string; readonly probe: string };
  readonly verify: VerifySettings;
  readonly deadlines: CommandDeadlines;
}

/** How long a router may take for an answer, ms; then the command is cancelled. */
export interface CommandDeadlines {
  /** For what it only reads. */
  readonly read: number;
  /** A commit with IPsec in it takes its time, and waits for somebody else's. */
  readonly apply: number;
  /** Confirming saves a file. */
  readonly confirm: number;
  /** Undoing is a commit. */
  readonly undo: number;
}

/** When a router that got a new configuration is believed to be well again. */
export interface VerifySettings {
  /** Its eBGP sessions must be back within so many ms. */
  readonly withinMs: number;
  /** And stay for so many ms: a session may outlive its tunnel for BGP's hold time. */
  readonly steadyMs: number;
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
    PROBE_DOCUMENT: documents.probe,
    BGP_WITHIN_MS: String(verify.withinMs),
    BGP_STEADY_MS: String(verify.steadyMs),
    FAR_END_MS: String(verify.farEndMs),
    READ_WITHIN_MS: String(deadlines.read),
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
      probe: required(environment, 'PROBE_DOCUMENT'),
    },
    verify: {
      withinMs: Number(required(environment, 'BGP_WITHIN_MS')),
      steadyMs: Number(required(environment, 'BGP_STEADY_MS')),
      farEndMs: Number(required(environment, 'FAR_END_MS')),
    },
    deadlines: {
      read: Number(required(environment, 'READ_WITHIN_MS')),
      apply: Number(required(environment, 'APPLY_WITHIN_MS')),
      confirm: Number(required(environment, 'CONFIRM_WITHIN_MS')),
      undo: Number(required(environment, 'UNDO_WITHIN_MS')),
    },
  };
}
