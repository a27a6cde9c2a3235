import {
  type FrontResult,
  type HostResult,
  hostProblemsOf,
  problemsOf,
  type RouterResult,
} from '../connectivity/connectivity.ts';
import type { Colours } from '../output/colours.ts';
import { renderTable } from '../output/table.ts';

/** The paths of a site, as in `connectivity --json`. */
export interface ConnectivityView {
  readonly site: string;
  readonly routers: readonly RouterResult[];
  /** Null: no hosts were named. */
  readonly host: HostResult | null;
  /** Everything that an operator should check, as clauses. */
  readonly attention: readonly string[];
}

export function connectivityView(
  site: string,
  routers: readonly RouterResult[],
  host: HostResult | undefined,
): ConnectivityView {
  const attention = [
    ...routers.flatMap(problemsOf),
    ...(routers.some(({ owner }) => owner) ? [] : [OWNER_UNKNOWN]),
    ...(host === undefined ? [] : hostProblemsOf(host)),
  ];
  return { site, routers, host: host ?? null, attention };
}

const OWNER_UNKNOWN = 'no router is known as the owner, so its direct path to each network was not checked';

export function showConnectivity(
  { site, routers, host, attention }: ConnectivityView,
  { green, yellow, bold }: Colours,
  columns: number | undefined,
): string {
  const paths = [...routers.flatMap(pathRows), ...(host === null || host.notMeasured !== null ? [] : [hostRow(host)])];
  const fronts = routers.flatMap(frontRows);
  return [
    attention.length === 0 ? `${green('✓')} ${bold(site)}: every path carries packets` : bold(site),
    ...attention.map((each) => `${yellow('!')} ${each}`),
    ...(paths.length === 0 ? [] : ['', renderTable(['FROM', 'TO', 'INTERFACE', 'LOST', 'RTT', 'MTU'], paths, columns)]),
    ...(fronts.length === 0 ? [] : ['', renderTable(['ROUTER', 'TO NETWORK', 'OF', 'PATH'], fronts, columns)]),
  ].join('\n');
}

function pathRows({ router, owner, paths }: RouterResult): string[][] {
  return paths.map(({ to, interface: its, sent, lost, rttMs, mtu, configuredMtu }) => [
    owner ? `${router} (owner)` : router,
    to,
    its,
    sent === 0 ? 'unknown' : `${lost} of ${sent}`,
    rtt(rttMs),
    mtu === configuredMtu ? `${mtu}` : `${mtu ?? '–'} of ${configuredMtu}`,
  ]);
}

function hostRow({ from, to, sent, lost, rttMs, mtu }: HostResult): string[] {
  return [from, to, '–', sent === 0 ? 'unknown' : `${lost} of ${sent}`, rtt(rttMs), `${mtu ?? '–'}`];
}

function rtt(ms: number | null): string {
  return ms === null ? '–' : `${ms.toFixed(1)} ms`;
}

function frontRows({ router, owner, fronts }: RouterResult): string[][] {
  return fronts.map((front) => [owner ? `${router} (owner)` : router, front.network, front.of, pathText(front)]);
}

function pathText({ path, over, interface: its }: FrontResult): string {
  switch (path) {
    case 'direct':
      return `direct, to ${over} over ${its}`;
    case 'transit':
      return `over another site, to ${over} over ${its}`;
    case 'detour':
      return `detour over ${over}`;
    case 'none':
      return 'no route';
    case 'unknown':
      return 'unknown';
    case 'other':
      return `over ${its}, outside the tunnels`;
  }
}
