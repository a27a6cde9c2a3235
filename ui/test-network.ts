import type { FaultAction } from './actions.ts';
import type { ActionResult, Entry, Fault, RouteState, TrafficState, TunnelState } from './contract.ts';

/**
 * The network of a demo or a lab. Beside what a deployment reports, the page shows its packets, tunnels and every call as they are now,
 * and can break it.
 */
export interface TestNetwork {
  readonly behind: 'demo' | 'lab';
  readonly traffic: () => readonly TrafficState[];
  readonly tunnels: () => readonly TunnelState[];
  /** Faults of a router that are in force. */
  readonly faultsOf: (router: string) => readonly Fault[];
  /** The managed routes of a site as they are now; undefined: as its status has them. */
  readonly routesOf: (site: string) => readonly RouteState[] | undefined;
  /** The timeline, oldest first. */
  readonly entries: () => readonly Entry[];
  /** Adds an act of an operator to the timeline. */
  readonly recordAct: (site: string, says: string) => void;
  /** Calls the listener after each change, until the returned function is called. */
  readonly onChange: (listener: () => void) => () => void;
  readonly act: (action: FaultAction) => Promise<ActionResult>;
}
