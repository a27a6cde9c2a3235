import type { Announce } from '#contracts/events.ts';
import type { MetricOf } from '#contracts/metrics.ts';
import type { ProbeRequest, RehearseRequest } from '#contracts/route-swap-requests.ts';
import type { ProbeRound } from '#failover/stored-state.ts';
import type { ObservationPorts } from '#functions/observe.ts';
import type { RoundPorts } from '#functions/read-round.ts';
import type { ProbeStore } from '#functions/site-store.ts';

/** What a round of the probe needs of its environment. */
export interface ProbePorts extends ObservationPorts, RoundPorts {
  /** Unique to this round. */
  readonly run: string;
  /** Unique to the schedule's turn that asked for it. */
  readonly turn: string;
  readonly store: ObservationPorts['store'] & ProbeStore;
  /** The last rounds in this environment of the function; used when the store cannot be read, or did not accept them. */
  readonly recent: { rounds: readonly ProbeRound[]; areStored: boolean };
  /** Invokes route-swap, which observes the site itself. `probe`: act on the diagnosis or note it. `rehearse`: test whether it could. */
  readonly askRouteSwap: (request: ProbeRequest | RehearseRequest) => Promise<unknown>;
  /** Emits one metric of the site. */
  readonly metric: (name: MetricOf<'health-probe'>, value: number) => void;
  readonly announce: Announce;
}
