import type { BegunSwap, Lease } from '#simulator/begun-swap.ts';
import type { Write } from '#simulator/dynamodb/table.ts';
import type { Ec2Call } from '#simulator/ec2.ts';
import type { Run } from '#simulator/platform.ts';

/** Checks that run with each action; each returns the violation as a clause. */
export interface Hooks {
  /** A swap begins. The ones before it are in the record, it is not. */
  readonly begun?: (swap: BegunSwap) => string | undefined;
  /** A run takes the lease; `before`: the item that it replaces. */
  readonly leased?: (run: Run, before: Lease | undefined, after: Lease) => string | undefined;
  /** A call that moves a route goes out. */
  readonly issued?: (run: Run, call: Ec2Call) => string | undefined;
  /** The call took effect; `late`: after its client had given up. */
  readonly written?: (run: Run, target: string, late: boolean) => string | undefined;
  /** A write to the store took effect. */
  readonly stored?: (run: Run, write: Write) => string | undefined;
  /** The run announces something to operators. */
  readonly announced?: (run: Run) => string | undefined;
  /** A run that may move routes has ended; undefined: without an answer. */
  readonly ended?: (run: Run, answer: RunAnswer | undefined) => string | undefined;
  /** The HTTP API answered a caller. */
  readonly answered?: (run: Run, caller: string, status: number) => string | undefined;
  /** A fact about the routers changed. */
  readonly changed?: () => string | undefined;
}

/** The answer of a run. */
export interface RunAnswer {
  readonly outcome: string;
  readonly reason: string;
  readonly says: string;
  readonly owner?: string | undefined;
}
