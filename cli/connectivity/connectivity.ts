/** What the measurements at a site's routers mean. Pure. */
import type { PingSeries, RouteLookup } from '#contracts/measurement.ts';
import { addressFromNumber, requireNetwork } from '#topology/networks.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { type RouterPath, routerPaths } from '#vyos/router-paths.ts';
import type { MeasurementEnd } from '../measure/run-measurement.ts';

/** What a router is asked, from the topology alone. */
export interface Questions {
  readonly paths: readonly RouterPath[];
  readonly fronts: readonly Front[];
}

/** A front subnet of another site, or a network behind a far end. */
export interface Front {
  readonly network: string;
  /** The site or the far end that has it. */
  readonly of: string;
  /** Its first usable address, whose route is looked up. */
  readonly address: string;
}

/** A path from router to router, as measured. */
interface PathResult extends Pick<RouterPath, 'to' | 'interface'> {
  readonly sent: number;
  readonly lost: number;
  readonly rttMs: number | null;
  /** Bytes that pass unfragmented, and bytes that are configured. */
  readonly mtu: number | null;
  readonly configuredMtu: number;
  /** Why no packet was sent, as a clause; null: packets were sent. */
  readonly error: string | null;
}

/** Where a router sends packets to a front subnet. */
export interface FrontResult extends Pick<Front, 'network' | 'of'> {
  /**
   * `direct`: over a tunnel to that site. `transit`: over a tunnel to another site. `detour`: over the other router of the pair.
   * `none`: there is no route. `other`: over an interface that the topology does not configure. `unknown`: the router's answer has no
   * look-up of it.
   */
  readonly path: 'direct' | 'transit' | 'detour' | 'none' | 'other' | 'unknown';
  /** The router or far end of the next hop; null: none of the topology. */
  readonly over: string | null;
  readonly interface: string | null;
}

/** Packets from a host of the site to a host at another site. */
export interface HostResult {
  readonly from: string;
  readonly to: string;
  /** Why it could not be measured, as a clause; null: it was measured. */
  readonly notMeasured: string | null;
  readonly sent: number;
  readonly lost: number;
  readonly rttMs: number | null;
  /** Bytes that pass unfragmented, up to 1500. */
  readonly mtu: number | null;
}

export interface RouterResult {
  readonly router: string;
  readonly owner: boolean;
  /** Why it could not be measured, as a clause; null: it was measured. */
  readonly notMeasured: string | null;
  readonly paths: readonly PathResult[];
  readonly fronts: readonly FrontResult[];
}

/** What to ask a router of a site. Tunnels carry IPv4 between routers, so IPv6 networks have no route to look up. */
export function questionsTo(router: string, site: Site, topology: Topology): Questions {
  const networks = [
    ...topology.sites
      .filter(({ name }) => name !== site.name)
      .flatMap(({ name, frontSubnets }) => of(name, frontSubnets)),
    ...topology.farEnds.flatMap(({ name, networks: behind }) => of(name, behind)),
  ];
  return { paths: routerPaths(topology, router), fronts: networks };
}

function of(name: string, networks: readonly string[]): Front[] {
  return networks.flatMap((network) => {
    const { family, first, last } = requireNetwork(network);
    // A /32 has one address only.
    return family === 6 ? [] : [{ network, of: name, address: addressFromNumber(first === last ? first : first + 1n) }];
  });
}

/** What the measurement of a router shows. */
export function routerResult(
  about: Pick<RouterResult, 'router' | 'owner'>,
  { paths, fronts }: Questions,
  end: MeasurementEnd,
): RouterResult {
  if (!end.measured) return { ...about, notMeasured: end.why, paths: [], fronts: [] };
  return {
    ...about,
    notMeasured: null,
    paths: paths.map((path) => pathResult(path, end.pings[path.address])),
    fronts: fronts.map((front) => frontResult(front, end.routes[front.address], paths)),
  };
}

function pathResult(
  { to, interface: its, mtu: configuredMtu }: RouterPath,
  series: PingSeries | undefined,
): PathResult {
  const { sent = 0, received = 0, rttMs = null, mtu = null } = series ?? {};
  const error = sent > 0 ? null : whyNoneSent(series);
  return { to, interface: its, sent, lost: sent - received, rttMs, mtu, configuredMtu, error };
}

function whyNoneSent(series: PingSeries | undefined): string {
  if (series === undefined) return 'the answer of the router has no series';
  return series.error ?? 'ping ended before a packet had time for a reply';
}

function frontResult(
  { network, of: owner }: Front,
  lookup: RouteLookup | undefined,
  paths: readonly RouterPath[],
): FrontResult {
  if (lookup === undefined) return { network, of: owner, interface: null, path: 'unknown', over: null };
  const { interface: its, via } = lookup;
  const about = { network, of: owner, interface: its };
  if (its === null) return { ...about, path: 'none', over: null };
  const next = paths.find(({ interface: each, address }) => (via === null ? each === its : address === via));
  if (next === undefined) return { ...about, path: 'other', over: null };
  return { ...about, path: kindOf(next, owner, paths), over: next.to };
}

function kindOf(next: RouterPath, owner: string, paths: readonly RouterPath[]): FrontResult['path'] {
  if (next === paths.at(-1)) return 'detour';
  return next.site === owner || next.to === owner ? 'direct' : 'transit';
}

/** What the measurement of a host shows. */
export function hostResult(about: Pick<HostResult, 'from' | 'to'>, end: MeasurementEnd): HostResult {
  const nothing = { sent: 0, lost: 0, rttMs: null, mtu: null };
  if (!end.measured) return { ...about, notMeasured: end.why, ...nothing };
  const { sent = 0, received = 0, rttMs = null, mtu = null, error = null } = end.pings[about.to] ?? {};
  return { ...about, notMeasured: error, sent, lost: sent - received, rttMs, mtu };
}

/** The same for a host, as clauses. */
export function hostProblemsOf({ from, to, notMeasured, sent, lost, mtu }: HostResult): readonly string[] {
  if (notMeasured !== null) return [`packets from ${from} to ${to} could not be measured: ${notMeasured}`];
  if (sent === 0) return [`packets from ${from} to ${to} could not be measured: none was sent`];
  if (lost === sent) return [`no reply from ${to} to ${from}`];
  if (lost > 0) return [`${lost} of ${sent} packets from ${from} to ${to} were lost`];
  return mtu === null ? [`no packet without fragments passes from ${from} to ${to}`] : [];
}

/** Everything that an operator should check, as clauses. The standby's detour is by design: the active router is preferred (BGP MED). */
export function problemsOf({ router, owner, notMeasured, paths, fronts }: RouterResult): readonly string[] {
  if (notMeasured !== null) return [`${router} could not be measured: ${notMeasured}`];
  return [
    ...paths.flatMap((path) => pathProblems(router, path)),
    ...fronts.flatMap(({ network, of: site, path, over, interface: its }) => {
      const to = `${network} (${site})`;
      if (path === 'unknown') return [`the route of ${router} to ${to} could not be looked up`];
      if (path === 'none') return [`${router} has no route to ${to}`];
      if (path === 'other') return [`${router} sends packets to ${to} over ${its}, which is no tunnel of the topology`];
      if (path === 'detour' && owner) return [`${router} reaches ${to} only by the detour over ${over}`];
      return [];
    }),
  ];
}

function pathProblems(
  router: string,
  { to, interface: its, sent, lost, mtu, configuredMtu, error }: PathResult,
): string[] {
  const path = `${router} to ${to} over ${its}`;
  if (error !== null) return [`no packet could be sent from ${path}: ${error}`];
  if (sent === lost) return [`no reply from ${path}`];
  if (lost > 0) return [`${lost} of ${sent} packets from ${path} were lost`];
  if (mtu === null) return [`no packet without fragments passes from ${path}`];
  return mtu < configuredMtu ? [`only ${mtu} bytes pass from ${path}, and ${configuredMtu} are configured`] : [];
}
