import type { EbgpCount } from './bgp-summary.ts';
import type { ManagedRoute, ManagedRouter, ManagedSite } from './site.ts';
import type { Answer } from './swap-record.ts';
import type { Trigger } from './trigger.ts';

/**
 * One snapshot of a site: everything that a decision may rest on, gathered once, then only asked.
 * All times are ms since the epoch, by AWS's clock unless said otherwise.
 */
export interface Observation {
  readonly at: number;
  readonly site: ManagedSite;
  /** Why we look. */
  readonly trigger: Trigger;
  /** By router name. */
  readonly routers: Readonly<Record<string, RouterFacts>>;
  /** In the order of `site.routes`. */
  readonly routes: readonly RouteFact[];
  readonly memory: Memory;
}

/** What is known about one router. */
export interface RouterFacts {
  readonly instance: InstanceState;
  /** Of the interface that the routes point at; `elsewhere`: attached, but not to this router's instance. */
  readonly interface: 'attached' | 'elsewhere' | 'detached' | 'missing' | 'unknown';
  /** EC2 drops forwarded packets while it is on. */
  readonly sourceDestCheck: boolean | 'unknown';
  /** Newest statement of each kind about its eBGP sessions; none: nobody has said anything yet. */
  readonly statements: readonly BgpStatement[];
}

/** EC2's names, and `unknown` where EC2 did not answer. */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated' | 'unknown';

/** Somebody read a router's eBGP sessions and says what they were. */
export interface BgpStatement extends EbgpCount {
  /** `itself`: in its own signed report. `probe`: we asked over SSM. */
  readonly by: 'itself' | 'probe';
  readonly at: number;
}

/** Where a managed route points now. */
export interface RouteFact extends ManagedRoute {
  /** Its target's id (`eni-…`, `igw-…`, …); undefined: the table has no such route, or the table is gone. */
  readonly target: string | undefined;
  /** `blackhole`: EC2 says that the target is not available. Not a health signal: a hung router stays `active`. */
  readonly state: 'active' | 'blackhole' | 'missing';
}

/** What the site's store remembers. */
export interface Memory {
  /** Grows by one with each swap that begins; 0 before the first. */
  readonly epoch: number;
  /** Until when somebody else holds the lease; undefined: nobody. */
  readonly leasedUntil: number | undefined;
  /** A swap that began and was not recorded as finished. */
  readonly unfinished: { readonly epoch: number; readonly to: string; readonly reason: string } | undefined;
  /** When automatic swaps began, newest last; at least those of the last hour. */
  readonly automaticSwaps: readonly number[];
  /** The last rounds of health-probe, newest last. */
  readonly probes: readonly ProbeRound[];
  /** This trigger's id was answered before, with an end. */
  readonly answered: Answer | undefined;
}

/** What one round of health-probe found: eBGP per router name; null: the router did not answer (unknown, never down). */
export interface ProbeRound {
  readonly at: number;
  readonly ebgp: Readonly<Record<string, EbgpCount | null>>;
}

/** The router that all managed routes of ours point at; undefined: they are split, or none points at the pair. */
export function ownerOf(seen: Observation): ManagedRouter | undefined {
  const enis = new Set(seen.routes.map((route) => route.target));
  const holders = [seen.site.routers.active, seen.site.routers.standby].filter((router) => enis.has(router.eni));
  return holders.length === 1 ? holders[0] : undefined;
}

/** Managed routes whose present target is one of the pair's interfaces: the only ones that we may touch. */
export function routesOfThePair(seen: Observation): readonly RouteFact[] {
  const { active, standby } = seen.site.routers;
  return seen.routes.filter((route) => route.target === active.eni || route.target === standby.eni);
}

/** Managed routes that point elsewhere or are missing: refused by name. */
export function foreignRoutes(seen: Observation): readonly RouteFact[] {
  const ours = new Set(routesOfThePair(seen));
  return seen.routes.filter((route) => !ours.has(route));
}

/** Facts about a router; all unknown if the observation holds none. */
export function factsOf(seen: Observation, router: ManagedRouter): RouterFacts {
  return (
    seen.routers[router.name] ?? {
      instance: 'unknown',
      interface: 'unknown',
      sourceDestCheck: 'unknown',
      statements: [],
    }
  );
}
