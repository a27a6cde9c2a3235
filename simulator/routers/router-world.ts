import type { GroundTruth } from '#simulator/ground-truth.ts';
import type { Message } from '#simulator/http-event.ts';
import type { Chance } from '#simulator/random.ts';
import type { RouterKey } from '#simulator/sites.ts';
import type { VirtualTime } from '#simulator/virtual-time.ts';

/** What the API answered; undefined: nothing came back. */
export type ApiAnswer = { readonly status: number; readonly outcome: string; readonly reason: string } | undefined;

/** Deliberate bugs of the reporter that a test expects to be found. */
export interface ReporterBugs {
  /** It sends a report again without asking the peer, and says that it has. */
  readonly retriesUnasked?: boolean;
  /** A peer that refuses one connection is treated as healthy. */
  readonly asksOnce?: boolean;
  /** Number of tries after which it gives up. */
  readonly mostTries?: number;
  /** It confirms what it suspects without waiting for the peer's answer. */
  readonly confirmsUnasked?: boolean;
}

export interface RouterWorld {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly truth: GroundTruth;
  readonly note: (what: () => string) => void;
  /** Reports of a new outage have phases. */
  readonly twoPhase: boolean;
  readonly post: (from: RouterKey, message: Message, chance: Chance) => Promise<ApiAnswer>;
  readonly habits: ReporterBugs;
}
