import type { PHASES } from '#contracts/report.ts';
import type { RouterKey } from './sites.ts';

/** The phase of a report about the peer. */
export type Phase = (typeof PHASES)[number];

/** What happens to a report of one phase on its way. */
export interface PhaseFault {
  readonly phase: Phase;
  /** `twice`: a copy of it arrives `byMs` later; `answer-lost`: it is handled, and its answer does not arrive. */
  readonly how: 'lost' | 'late' | 'twice' | 'answer-lost';
  readonly byMs: number;
}

/** What is learned between a suspected and a confirmed report. */
export type BetweenPhases = 'pause' | 'maintenance' | 'claim';

/** The faults of the next reports, at most one of each phase. */
export class PhaseFaults {
  readonly #next = new Map<Phase, PhaseFault>();
  /** What happens when the next suspected report has been answered. */
  between: ((reporter: RouterKey) => void) | undefined;

  add(fault: PhaseFault): void {
    this.#next.set(fault.phase, fault);
  }

  /** The fault of this report; the next one of its phase has none. */
  take(phase: Phase | undefined): PhaseFault | undefined {
    if (phase === undefined) return undefined;
    const fault = this.#next.get(phase);
    this.#next.delete(phase);
    return fault;
  }

  clear(): void {
    this.#next.clear();
    this.between = undefined;
  }
}
