import type { ChangesFile } from '../changes/changes-file.ts';
import type { Cli } from '../cli.ts';

/** One `rollout` command. */
export interface RolloutContext {
  readonly file: ChangesFile;
  readonly by: string;
  /** Rules of a rollout that the operator overrides: `unfit` begins although a router is not fit. */
  readonly overrides: readonly RolloutOverride[];
  readonly cli: Cli;
}

export const ROLLOUT_OVERRIDES = ['unfit'] as const;
export type RolloutOverride = (typeof ROLLOUT_OVERRIDES)[number];

/**
 * Ends a rollout. `refused`: the next step must not be begun. `waiting`: the next step is the operator's. `failed`: a step failed.
 */
export class RolloutStopped extends Error {
  override readonly name = 'RolloutStopped';
  readonly outcome: 'refused' | 'waiting' | 'failed';

  constructor(outcome: RolloutStopped['outcome'], says: string) {
    super(says);
    this.outcome = outcome;
  }
}

/** Progress on stderr. */
export function report({ cli }: Pick<RolloutContext, 'cli'>, says: string): void {
  cli.io.stderr.write(`rollout: ${says}\n`);
}
