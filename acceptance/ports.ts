/** What a run needs of the outside. Passed in, so that tests need neither AWS nor time. */
import type * as account from '#aws/account.ts';
import type * as table from '#aws/delete-table.ts';
import type * as power from '#aws/instance-power.ts';
import type * as tables from '#aws/list-tables.ts';
import type * as parameters from '#aws/parameters.ts';
import type * as script from '#aws/run-script.ts';
import type * as stacks from '#aws/stacks.ts';

/** Calls to AWS; each is described where it is defined. */
export type AcceptanceCloud = typeof account &
  Omit<typeof power, 'rehearseStart'> &
  typeof script &
  Pick<typeof stacks, 'createStack' | 'deleteStack' | 'describeStack' | 'lastOperation'> &
  Pick<typeof parameters, 'deleteParameter'> &
  Pick<typeof table, 'deleteTable'> &
  Pick<typeof tables, 'listTables'>;

/** How a command of `vyos-failover` ended. */
export interface CliEnd {
  readonly exitCode: number;
  /** What `--json` printed. */
  readonly view: unknown;
}

export interface AcceptancePorts {
  readonly cloud: AcceptanceCloud;
  /** Runs `vyos-failover …` for a topology file, with `--json`. Never throws. */
  cli(line: readonly string[], topologyFile: string, signal: AbortSignal): Promise<CliEnd>;
  /** `cdk deploy --all`. @throws Error if it fails or is interrupted */
  deploy(topologyFile: string, signal: AbortSignal): Promise<void>;
  /** Asks the operator for one line; undefined: the input has ended. */
  ask(question: string): Promise<string | undefined>;
  /** Shows a line of progress. */
  show(line: string): void;
  /** Writes a file below the folder of the run, and returns its path. */
  write(name: string, text: string): string;
  /** ms since the epoch, by this machine's clock. */
  now(): number;
  /** Resolves after `ms`. @throws the signal's reason if it aborts */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  newId(): string;
  /** `AWS_ENDPOINT_URL`: the run is not in AWS; null: it is. */
  readonly endpoint: string | null;
}
