import type { BgpCounts } from './bgp-counts.ts';
import { controllerOf } from './controller.ts';
import type { ScheduledEvent } from './scheduled-event.ts';
import { isAt, type ManagedRoute, type ManagedRouter, type ManagedSite, routerAt, routersOf } from './site.ts';
import type { StoredState } from './stored-state.ts';
import type { Trigger } from './trigger.ts';

/**
 * One snapshot of a site: everything that a decision may rest on, read once.
 * All times are ms since the epoch, by AWS's clock unless stated otherwise.
 */
export interface Observation {
  readonly at: number;
  readonly site: ManagedSite;
  /** What caused this run. */
  readonly trigger: Trigger;
  /** By router name. */
  readonly routers: Readonly<Record<string, RouterFacts>>;
  /** What EC2 reports of former interfaces (`ManagedRouter.formerEnis`), by interface. Default: there are none. */
  readonly formerInterfaces?: Readonly<Record<string, RouterFacts>>;
  /** In the order of `site.routes`. */
  readonly routes: readonly RouteFact[];
  readonly stored: StoredState;
}

/** What is known about one router. */
export interface RouterFacts {
  readonly instance: InstanceState;
  /** Of the interface that the routes point at; `elsewhere`: attached, but not to this router's instance. */
  readonly interface: 'attached' | 'elsewhere' | 'detached' | 'missing' | 'unknown';
  /** `i-…` that it is attached to now; undefined: none, or EC2 did not say. */
  readonly attachedTo?: string | undefined;
  /** `i-…` that a created router's interface was attached to at EC2's last answer, while EC2 does not answer. */
  readonly lastInstance?: string | undefined;
  /** EC2 drops forwarded packets while it is on. */
  readonly sourceDestCheck: boolean | 'unknown';
  /** EC2's status checks: `impaired` if any of them is. They do not check the programs on the instance. */
  readonly statusChecks: 'ok' | 'impaired' | 'initializing' | 'unknown';
  /** Scheduled events of its instance. Default: none. */
  readonly events?: readonly ScheduledEvent[];
  /** The last evidence on its BGP sessions of each source (reports, heartbeat, probe); empty: there is none yet. */
  readonly evidence: readonly BgpEvidence[];
  /** Its last heartbeat, if it announced another one, and since when the store has taken every one; undefined: it sends none. */
  readonly heartbeat?: { readonly at: number; readonly everyMs: number; readonly since?: number | undefined };
  /** When a message of any kind last arrived from it; undefined: none ever did. */
  readonly contactAt?: number | undefined;
}

/** EC2's names, and `unknown` where EC2 did not answer. */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated' | 'unknown';

/** One reading of a router's BGP sessions. */
export interface BgpEvidence {
  /** `itself`: claimed in its own signed report or heartbeat. `probe`: read over SSM. */
  readonly by: 'itself' | 'probe';
  readonly at: number;
  readonly bgp: BgpCounts;
}

/** Where a managed route points now. */
export interface RouteFact extends ManagedRoute {
  /** Its target's id (`eni-…`, `igw-…`, …); undefined: the table has no such route, or the table is gone. */
  readonly target: string | undefined;
  /** `blackhole`: EC2 says that the target is not available. Not a health signal: a hung router stays `active`. */
  readonly state: 'active' | 'blackhole' | 'missing';
  /** Routes that BGP or a VPC Route Server put there (`propagated`, `advertised`) cannot be replaced. */
  readonly origin: 'static' | 'propagated' | 'advertised' | undefined;
  /** The stack that has marked its table as the one whose routes it moves (`controller.ts`); undefined: none has. */
  readonly controller?: string | undefined;
}

/** The owner: the router that all routes of the pair point at; undefined: they are split, or none points at the pair. */
export function ownerOf(observation: Pick<Observation, 'routes' | 'site'>): ManagedRouter | undefined {
  const holders = routersOf(observation.site).filter((router) => holdsRoutes(observation, router));
  return holders.length === 1 ? holders[0] : undefined;
}

/** Rule 7: the managed routes that may be replaced. */
export function routesOfThePair({ routes, site }: Pick<Observation, 'routes' | 'site'>): readonly RouteFact[] {
  return routes.filter((route) => isOfThePair(route, site));
}

/** Static, its target one of the pair's interfaces, and its table not marked by another controller. */
export function isOfThePair(route: RouteFact, site: ManagedSite): boolean {
  const { target, origin, controller } = route;
  if (controller !== undefined && controller !== controllerOf(site)) return false;
  return origin === 'static' && routerAt(site, target) !== undefined;
}

/** Managed routes that are missing, point elsewhere, are not static, or are another controller's. They are refused and named. */
export function foreignRoutes(observation: Observation): readonly RouteFact[] {
  const ours = new Set(routesOfThePair(observation));
  return observation.routes.filter((route) => !ours.has(route));
}

/** Facts about a router of which nothing is known. */
export const UNKNOWN: RouterFacts = {
  instance: 'unknown',
  interface: 'unknown',
  sourceDestCheck: 'unknown',
  statusChecks: 'unknown',
  evidence: [],
};

type ObservedRouters = Pick<Observation, 'routers' | 'formerInterfaces'>;

/** Facts about a router; all unknown if the observation holds none. */
export function factsOf({ routers, formerInterfaces }: ObservedRouters, router: ManagedRouter): RouterFacts {
  return formerInterfaces?.[router.eni] ?? routers[router.name] ?? UNKNOWN;
}

/**
 * A router as it carries its routes: at its former interface while a route points there. What its new instance claims, and what the
 * probe reads there, is no evidence about the former one.
 */
export function carrierOf(observation: Observation, router: ManagedRouter): ManagedRouter {
  if (router.formerEnis === undefined) return router;
  const { formerEnis = [], ...present } = router;
  const former = formerEnis.find((eni) => routesOfThePair(observation).some(({ target }) => target === eni));
  return former === undefined ? router : { ...present, eni: former, instance: undefined };
}

/** `i-…` that a router is: attached to its interface, or the topology's. Undefined: a created router without an instance. */
export function instanceOf(observation: ObservedRouters, router: ManagedRouter): string | undefined {
  const { attachedTo, lastInstance } = factsOf(observation, router);
  return attachedTo ?? router.instance ?? lastInstance;
}

/** Whether any route of the pair points at this router. */
export function holdsRoutes(observation: Pick<Observation, 'routes' | 'site'>, router: ManagedRouter): boolean {
  return routesOfThePair(observation).some(({ target }) => isAt(router, target));
}
