import type { BgpCounts } from '#failover/bgp-counts.ts';
import type { GroundTruth } from './ground-truth.ts';
import type { Unreadable } from './schedule.ts';
import { ROUTERS, type RouterKey } from './sites.ts';

/** A router's BGP output: its own counts, or as FRR prints it; undefined: the command failed. */
export function bgpOutput(router: RouterKey, truth: GroundTruth): string | undefined {
  const counts = truth.counts(router);
  const as = truth.unreadableAs(router);
  if (truth.countsOnRouter) return counted(counts, as);
  const peers = truth.daemons(router) ? peersOf(router, counts) : {};
  return as === undefined ? JSON.stringify(summary(peers)) : spoilt(peers, as);
}

/** Neighbors are known by their address: how their AS numbers are written changes nothing. */
export function isReadable(router: RouterKey, truth: GroundTruth): boolean {
  const as = truth.unreadableAs(router);
  return as === undefined || as === 'asdot';
}

/** As `router/count-sessions` counts unreadable sessions, or fails. */
function counted({ tunnels, pair }: BgpCounts, as: Unreadable | undefined): string | undefined {
  switch (as) {
    case undefined:
    case 'asdot':
      return JSON.stringify({ tunnels, pair });
    case 'renamed':
    case 'empty-list': {
      const unreadable = { configured: 1, established: 0, receiving: 0, unreadable: 1 };
      return JSON.stringify({ tunnels: unreadable, pair: unreadable });
    }
    case 'cut':
    case 'error':
      return undefined;
  }
}

type Peers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const summary = (peers: Peers, as: unknown = 65001) =>
  Object.keys(peers).length === 0 ? {} : { ipv4Unicast: { as, peers } };

/** As FRR prints it: `show bgp summary json`. */
function peersOf(router: RouterKey, { tunnels, pair }: BgpCounts): Peers {
  const { bgp, site } = ROUTERS[router];
  const [own, far] = site === 'tokyo' ? [65001, 65002] : [65002, 65001];
  const state = (established: number) => (established > 0 ? 'Established' : 'Active');
  const [tunnel = '', peer = ''] = [bgp.tunnels[0], bgp.pair[0]];
  return {
    [tunnel]: { remoteAs: far, state: state(tunnels.established), pfxRcd: tunnels.receiving },
    [peer]: { remoteAs: own, state: state(pair.established), pfxRcd: pair.receiving },
  };
}

/** Malformed output of each session, or of the whole summary. */
function spoilt(peers: Peers, as: Unreadable): string | undefined {
  const each = (change: (peer: Readonly<Record<string, unknown>>) => object) =>
    Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, change(peer)])) as Peers;
  switch (as) {
    case 'asdot': {
      const dotted = each((peer) => ({ ...peer, remoteAs: `0.${String(peer['remoteAs'])}` }));
      return JSON.stringify(summary(dotted, '0.65001'));
    }
    case 'renamed':
      return JSON.stringify(summary(each(({ remoteAs }) => ({ remoteAs, bgpState: 'Up', prefixes: 1 }))));
    case 'empty-list':
      return JSON.stringify({ ipv4Unicast: { as: 65001, peers: [] } });
    case 'cut':
      return JSON.stringify(summary(peers)).slice(0, 60);
    case 'error':
      return undefined;
  }
}
