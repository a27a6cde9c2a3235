import type { Neighbors } from '#contracts/push-neighbors.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { Drift } from '#vyos/diff.ts';
import type { PendingPush, RunningConfig } from '../router/running-config.ts';
import type { ForeignFarEnd } from './foreign-far-ends.ts';

/** What one router runs, what it should run, and the commands between. It holds no secret. */
export interface RouterPlan {
  readonly router: ManagedRouter;
  readonly name: string;
  /** `i-…` that was read; undefined: EC2 reports none. */
  readonly instance: string | undefined;
  /** The VyOS release that runs on it, by its own report; undefined: not read. */
  readonly vyos: string | undefined;
  /** `delete`, then `set` commands; empty: it runs the desired configuration. */
  readonly commands: readonly string[];
  /** Far routers of the tunnels that the commands leave down until the far end changes too. */
  readonly tunnels: readonly string[];
  /** Foreign far ends whose tunnels the commands leave down until their administrators make the change. */
  readonly farEnds: readonly ForeignFarEnd[];
  /** Lines that were changed on the router outside of a push. */
  readonly drift: Drift;
  /** Nodes on it that the topology does not manage. */
  readonly leftAlone: readonly string[];
  readonly notes: readonly string[];
  /** Why nothing can be pushed to it. */
  readonly problem: PlanProblem | undefined;
  /** Of the running configuration and of the commands: the same plan has the same digest. */
  readonly digest: string;
  /** Its BGP neighbors now; null: unknown. */
  readonly baseline: Neighbors | null;
  /** Does it boot with the configuration that it runs? */
  readonly boots: 'same' | 'other' | 'unknown';
  /** It runs an unconfirmed configuration, and by then its old one again; ms since the epoch. */
  readonly revertsAt: number | undefined;
  /** A push that is neither confirmed nor undone there. */
  readonly pending: PendingPush | undefined;
  /** What was read, for the push; undefined: the router could not be read. */
  readonly reading: RouterReading | undefined;
  /** The desired configuration. */
  readonly desired: readonly string[];
}

export interface RouterReading {
  /** The router's own digest of its running configuration. */
  readonly base: string;
  readonly boot: RunningConfig['boot'];
  /** When it was read, ms since the epoch. */
  readonly at: number;
  /** Configurations that show which part of the running one the topology manages. */
  readonly ours: readonly (readonly string[])[];
  /** `set` lines of the running configuration, without secrets. */
  readonly running: readonly string[];
  /** Where the running configuration only needs a save: a command that changes nothing. */
  readonly same: string | undefined;
  /** Neighbors that get another address: new addresses by old ones. */
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

export const NO_DRIFT: Drift = { added: [], removed: [] };
