import type { BgpCounts } from '#failover/bgp-counts.ts';
import type { Observation, RouteFact, RouterFacts } from '#failover/observation.ts';
import type { ManagedRouter, ManagedSite } from '#failover/site.ts';
import { NOTHING_STORED, type ProbeReading } from '#failover/stored-state.ts';
import type { ReportTrigger } from '#failover/trigger.ts';

/** A moment to count from; 2026-11-23T03:00:00Z. */
export const NOW = Date.UTC(2026, 10, 23, 3);

/** A router that exists: the topology has its instance. */
export type ExistingRouter = ManagedRouter & { readonly instance: string };

export const SITE: ManagedSite & {
  readonly routers: { readonly active: ExistingRouter; readonly standby: ExistingRouter };
} = {
  topology: 'tokyo-virginia',
  name: 'tokyo',
  region: 'ap-northeast-1',
  asn: 65001,
  routers: {
    active: {
      name: 'tokyo-1',
      role: 'active',
      instance: 'i-0000000000000001a',
      eni: 'eni-0000000000000001a',
      instanceRole: 'tokyo-router',
      bgp: { tunnels: ['169.254.10.2'], pair: ['169.254.254.2'] },
    },
    standby: {
      name: 'tokyo-2',
      role: 'standby',
      instance: 'i-0000000000000002a',
      eni: 'eni-0000000000000002a',
      instanceRole: 'tokyo-router',
      bgp: { tunnels: ['169.254.10.6'], pair: ['169.254.254.1'] },
    },
  },
  routes: [
    { table: 'rtb-00000000000000001', destination: '10.2.0.0/20' },
    { table: 'rtb-00000000000000002', destination: '10.2.0.0/20' },
  ],
  neighbors: [{ name: 'virginia-1', instance: 'i-0000000000000003a', instanceRole: 'virginia-router' }],
  policy: { prefer: 'availability', mode: 'automatic', holdDownMs: 300_000, maxSwapsPerHour: 3, evacuate: 'manual' },
  pairForwards: true,
};

export const ACTIVE_ENI = SITE.routers.active.eni;
export const STANDBY_ENI = SITE.routers.standby.eni;

const session = (established: number, receiving: number, unreadable = 0) => ({
  configured: 1,
  established,
  receiving,
  unreadable,
});
/** One tunnel and the pair's own session, both with prefixes. */
export const UP: BgpCounts = { tunnels: session(1, 1), pair: session(1, 1) };
/** Nothing is Established: no path, no detour. */
export const DOWN: BgpCounts = { tunnels: session(0, 0), pair: session(0, 0) };
/** The tunnel is down, the pair's own session is up: a detour, if the peer has a path. */
export const DETOUR: BgpCounts = { tunnels: session(0, 0), pair: session(1, 1) };
/** A path of its own, and no session with its peer. */
export const ALONE: BgpCounts = { tunnels: session(1, 1), pair: session(0, 0) };
/** Established, and not one prefix received. */
export const EMPTY: BgpCounts = { tunnels: session(1, 0), pair: session(0, 0) };
/** The state of the tunnel is unknown. */
export const UNREADABLE: BgpCounts = { tunnels: session(0, 0, 1), pair: session(0, 0, 1) };

/** What the probe read on a router of `SITE`. */
export function readOn({ instance }: Pick<ExistingRouter, 'instance'>, bgp: BgpCounts): ProbeReading {
  return { instance, bgp };
}

/** A router that EC2 finds well; nothing said about its BGP yet. */
export const RUNNING: RouterFacts = {
  instance: 'running',
  interface: 'attached',
  sourceDestCheck: false,
  statusChecks: 'ok',
  evidence: [],
};

/** The standby's report that the active failed, noticed a moment before, with its own sessions up. */
export const REPORT: ReportTrigger = {
  kind: 'report',
  id: 'report-1',
  detector: 'serf',
  event: 'failed',
  reporter: 'tokyo-2',
  subject: 'tokyo-1',
  instance: 'i-0000000000000002a',
  at: NOW - 100,
  detectedAt: NOW - 500,
  noticedAt: NOW - 500,
  bgp: UP,
};

/** The reporter's claim, as it stands in the observation. */
export const FIT_BY_CLAIM: RouterFacts = {
  ...RUNNING,
  evidence: [{ by: 'itself', at: NOW - 100, bgp: UP }],
};

/** All managed routes at one target, as static routes; undefined: they are missing. */
export function allAt(target: string | undefined): RouteFact[] {
  return routesAt(...SITE.routes.map(() => target));
}

/** Each managed route at its own target. */
export function routesAt(...targets: (string | undefined)[]): RouteFact[] {
  return SITE.routes.map((route, index) => {
    const target = targets[index];
    return target === undefined
      ? { ...route, target, state: 'missing', origin: undefined }
      : { ...route, target, state: 'active', origin: 'static' };
  });
}

/** The active holds the routes; the standby reports it failed and is fit. */
export function situation(change: Partial<Observation> = {}): Observation {
  return {
    at: NOW,
    site: SITE,
    trigger: REPORT,
    routers: { 'tokyo-1': RUNNING, 'tokyo-2': FIT_BY_CLAIM },
    routes: allAt(ACTIVE_ENI),
    stored: { ...NOTHING_STORED, epoch: 4 },
    ...change,
  };
}
