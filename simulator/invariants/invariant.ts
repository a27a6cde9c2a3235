import type { SiteRecord } from '#simulator/site-record.ts';
import type { Hooks } from './hooks.ts';

/** A property that must hold in every schedule. */
export interface Invariant {
  readonly name: string;
  /** What must hold, as `docs/simulator.md` has it. */
  readonly holds: string;
  /** Watches one site of one schedule; without it the convergence phase checks it (`check-convergence.ts`). */
  readonly watch?: (site: SiteRecord) => Hooks;
}
