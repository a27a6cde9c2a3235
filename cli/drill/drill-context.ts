import type { Drill } from '#contracts/drill.ts';
import type { Cli } from '../cli.ts';
import type { SiteRef } from '../transport/invoke-site.ts';

/** One `drill` command. */
export interface DrillContext {
  readonly where: SiteRef;
  readonly cli: Cli;
  readonly by: string;
  /** Recorded with each movement. */
  readonly reason: string;
  /** Stops the owner's instance, instead of a switchover to the other router. */
  readonly kill: boolean;
  /** Time between the two movements, ms. */
  readonly dwellMs: number;
  /** Time without replies that is permitted for each movement, ms. */
  readonly budgetMs: number;
  /** A host of the site that pings an address at another site; undefined: packets are not measured. */
  readonly host: MeasuringHost | undefined;
}

export interface MeasuringHost {
  /** `i-…`, with an SSM agent. */
  readonly instance: string;
  /** What it pings: a host behind the managed routes. */
  readonly to: string;
}

/** A drill that may begin. */
export interface PlannedDrill {
  /** The owner, to which the routes return. */
  readonly from: string;
  readonly to: string;
  /** The owner's instance, if the drill stops it. */
  readonly instance: string | undefined;
  /** When the site was read, ms since the epoch, by AWS's time: an earlier swap is not the drill's. */
  readonly at: number;
}

export interface EndedDrill extends Drill {
  readonly id: string;
  /** As a sentence. */
  readonly says: string;
}

/** A drill that does not begin, with the reason as a sentence. Nothing was changed. */
export class DrillRefused extends Error {
  override readonly name = 'DrillRefused';
}

/** Progress on stderr. */
export function report({ where, cli }: Pick<DrillContext, 'where' | 'cli'>, says: string): void {
  cli.io.stderr.write(`${where.site.name}: ${says}\n`);
}

/** Whether the operator pressed Ctrl-C. */
export function isInterrupted({ cli }: Pick<DrillContext, 'cli'>): boolean {
  return cli.io.signal?.aborted === true;
}
