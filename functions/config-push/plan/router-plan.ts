import type { Neighbors } from '#contracts/push-neighbors.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { Drift } from '#vyos/diff.ts';
import type { PendingPush, RunningConfig } from '../router/running-config.ts';
import type { ForeignFarEnd } from './foreign-far-ends.ts';

/** What one router has, should have, and the way between. Nothing in it is secret. */
export interface RouterPlan {
  readonly router: ManagedRouter;
  readonly name: string;
  /** What runs on it, as it says itself; undefined: it did not. */
  readonly vyos: string | undefined;
  /** `delete`, then `set` commands; empty: it runs what it should. */
  readonly commands: readonly string[];
  /** Far routers of the tunnels that the commands leave down until the far end has its part of the change. */
  readonly tunnels: readonly string[];
  /** Far ends that are not ours, and whose tunnels the commands leave down until their administrators have the change. */
  readonly farEnds: readonly ForeignFarEnd[];
  /** Changes that nobody pushed. */
  readonly drift: Drift;
  /** Nodes on it that are not ours: left alone. */
  readonly leftAlone: readonly string[];
  readonly notes: readonly string[];
  /** Why nothing can be pushed to it. */
  readonly problem: PlanProblem | undefined;
  /** Of what runs and of the commands: the same plan has the same. */
  readonly digest: string;
  /** Its BGP neighbors now; null: unknown. */
  readonly baseline: Neighbors | null;
  /** Does it boot with what it runs? */
  readonly boots: 'same' | 'other' | 'unknown';
  /** It runs what nobody has confirmed, and its old configuration again by then; ms since the epoch. */
  readonly revertsAt: number | undefined;
  /** A push that has not come to its end there. */
  readonly pending: PendingPush | undefined;
  /** What was read, for a push that begins at it; undefined: nothing was. */
  readonly reading: RouterReading | undefined;
  /** All that it should have. */
  readonly desired: readonly string[];
}

export interface RouterReading {
  /** The router's own digest of what runs. */
  readonly base: string;
  readonly boot: RunningConfig['boot'];
  /** When, ms since the epoch. */
  readonly at: number;
  /** Configurations that tell what of the running one is ours. */
  readonly ours: readonly (readonly string[])[];
  /** `set` lines that it has, without secrets: what of it is somebody else's. */
  readonly running: readonly string[];
  /** Where it is only to be saved: a command that changes nothing. */
  readonly same: string | undefined;
  /** Neighbors that get another address: new ones by old ones. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Why nothing can be pushed to a router. */
export interface PlanProblem {
  readonly reason:
    | 'silent'
    | 'old-agent'
    | 'version'
    | 'unreadable'
    | 'pending'
    | 'router-broken'
    | 'drift'
    | 'as-number'
    | 'too-large'
    | 'too-long';
  /** One clause. */
  readonly says: string;
}
