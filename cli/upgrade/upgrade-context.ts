import type { Override } from '#failover/trigger.ts';
import type { Topology } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import type { SiteRef } from '../transport/invoke-site.ts';

/** One `upgrade` command. */
export interface UpgradeContext {
  readonly where: SiteRef;
  readonly topology: Topology;
  /** The text of the topology file, for config-push. */
  readonly text: string;
  /** The image and the instance type of the command line, as parameters. Default: those of the deployed template. */
  readonly image: string | undefined;
  readonly instanceType: string | undefined;
  /** Only this router. Default: both. */
  readonly only: string | undefined;
  /** Replace the instance of `only` even if it is current. */
  readonly replace: boolean;
  readonly overrides: readonly Override[];
  readonly by: string;
  readonly cli: Cli;
}

/** Ends an upgrade. `refused`: a rule does not permit the next step. `failed`: a step failed. */
export class UpgradeStopped extends Error {
  override readonly name = 'UpgradeStopped';
  readonly outcome: 'refused' | 'failed';

  constructor(outcome: 'refused' | 'failed', says: string) {
    super(says);
    this.outcome = outcome;
  }
}

/** Progress on stderr. */
export function report({ where, cli }: Pick<UpgradeContext, 'where' | 'cli'>, says: string): void {
  cli.io.stderr.write(`${where.site.name}: ${says}\n`);
}
