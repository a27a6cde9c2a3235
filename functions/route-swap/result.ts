import type { ManagedRoute } from '#failover/site.ts';
import type { Outcome } from '#failover/swap-record.ts';

/** What a trigger led to: the function's answer to direct callers, and the body of its HTTP answers. */
export interface SwapResult {
  readonly outcome: Outcome;
  /** The decision's reason: for programs. */
  readonly reason: string;
  /** The decision's sentence: for people. */
  readonly says: string;
  readonly site: string;
  /** Router that holds the pair's routes afterwards; undefined: they are split. */
  readonly owner: string | undefined;
  /** Number of the last swap that began. */
  readonly epoch: number;
  /** Routes that this run moved and read back. */
  readonly moved: readonly ManagedRoute[];
  /** Routes that are not at the new owner yet. */
  readonly remaining: readonly (ManagedRoute & { readonly why: string })[];
  /** Managed routes that point at neither router, or are missing: never touched, a person must look. */
  readonly foreign: readonly ManagedRoute[];
  /** The store did not answer, and the swap went on without lease and journal. */
  readonly lockBypassed: boolean;
  /** From the trigger's arrival to the last read-back, ms. */
  readonly tookMs: number;
}
