import type { RouterKey } from './sites.ts';

/** A report about a router's BGP sessions, and whether the store holds it. */
export interface SessionReport {
  readonly router: RouterKey;
  /** `itself`: a claim in a signed report or heartbeat. `probe`: a reading over SSM. */
  readonly by: 'itself' | 'probe';
  readonly heartbeat: boolean;
  /** By the reporter's clock, but no later than its receipt; ms. */
  readonly at: number;
  /** Undefined: it could not be read. */
  readonly path: boolean | undefined;
  /** Neither path nor detour. */
  readonly cutOff: boolean;
  /** Since when the store holds it; undefined: it was received and not stored. */
  keptAt: number | undefined;
}
