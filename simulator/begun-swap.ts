import type { Run } from './platform.ts';
import type { SimulatedRouter } from './sites.ts';

/** The store's one item of lease, epoch and journal, as far as it is looked into. */
export interface Lease {
  readonly epoch: number;
  readonly leasedUntil: number;
  readonly finished: boolean;
  readonly journal: Journal;
  /** Of a lease that was taken before its swap was decided: the item that it replaced; null: there was none. */
  readonly itemBefore?: Lease | null;
}

export interface Journal {
  readonly run: string;
  readonly reason: string;
  readonly automatic: boolean;
  readonly beganAt: number;
  readonly to: { readonly eni: string };
}

/** A swap as the store recorded its begin, or, without the store, as of its first call. */
export interface BegunSwap {
  readonly epoch: number | undefined;
  readonly run: Run;
  readonly at: number;
  readonly reason: string;
  readonly from: SimulatedRouter;
  readonly to: SimulatedRouter;
  /** Neither an operator's, nor the end or repair of an earlier one. */
  readonly automatic: boolean;
  /** What the run says about that. */
  readonly countsAsAutomatic: boolean;
  /** EC2 itself says that the owner has failed. */
  readonly certain: boolean;
  /** The last swap before it that had begun, as the store recorded it. */
  readonly before: Lease | undefined;
  /** The last swap before it, if that was to the same router and moved no route: this one counts in its place, or finishes it. */
  readonly retried: BegunSwap | undefined;
  /** It was not decided when it was recorded, and no later write has made it definite: it has begun if a route has moved. */
  tentative: boolean;
  /** Since when the store knows that it counts; undefined: it does not yet. */
  countedAt: number | undefined;
  /** ReplaceRoute calls that went out, and that took effect. */
  issued: number;
  effects: number;
}
