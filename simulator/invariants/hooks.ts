import type { Begun } from '#simulator/begun-swap.ts';
import type { Write } from '#simulator/dynamodb/table.ts';
import type { Ec2Call } from '#simulator/ec2.ts';
import type { Run } from '#simulator/platform.ts';

/** Asked as things are done; each gives what is wrong, as a clause. */
export interface Hooks {
  /** A swap begins. The ones before it are in the record, it is not. */
  readonly begun?: (swap: Begun) => string | undefined;
  /** A call that moves a route goes out. */
  readonly issued?: (run: Run, call: Ec2Call) => string | undefined;
  /** One took effect; `late`: its client had given it up. */
  readonly written?: (run: Run, target: string, late: boolean) => string | undefined;
  /** A write to the store took effect. */
  readonly stored?: (run: Run, write: Write) => string | undefined;
  /** A run that may move routes is over; undefined: it said nothing. */
  readonly ended?: (run: Run, answer: RunAnswer | undefined) => string | undefined;
  /** The HTTP API answered a caller. */
  readonly answered?: (run: Run, caller: string, status: number) => string | undefined;
  /** Something that is true of the routers changed. */
  readonly changed?: () => string | undefined;
}

/** What a run says of itself. */
export interface RunAnswer {
  readonly outcome: string;
  readonly reason: string;
  readonly says: string;
  readonly owner?: string | undefined;
}
