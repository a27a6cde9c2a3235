import type { SiteRecord } from '#simulator/site-record.ts';
import type { Hooks } from './hooks.ts';

/** Something that must hold in every schedule. */
export interface Invariant {
  readonly name: string;
  /** What must hold, as `docs/simulator.md` has it. */
  readonly holds: string;
  /** Watches one site of one schedule; without it the end of the schedule checks it (`calm.ts`). */
  readonly watch?: (site: SiteRecord) => Hooks;
}
