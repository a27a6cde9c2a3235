import type { RouterKey } from './sites.ts';

/** What somebody said of a router's BGP, and whether it was kept. */
export interface Word {
  readonly router: RouterKey;
  /** `itself`: signed, in a report or heartbeat. `probe`: it was asked over SSM. */
  readonly by: 'itself' | 'probe';
  readonly heartbeat: boolean;
  /** By the speaker's clock, but never after it was heard; ms. */
  readonly at: number;
  /** Undefined: it could not be read. */
  readonly path: boolean | undefined;
  /** Neither path nor detour. */
  readonly cutOff: boolean;
  /** Since when the store knows it; undefined: it was heard, and never kept. */
  keptAt: number | undefined;
}
