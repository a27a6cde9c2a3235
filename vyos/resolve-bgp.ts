import { farEndNetworks, frontsWithin, isInFront } from './front-subnets.ts';
import { farEndNames, fastNames, originalNames } from './policy-names.ts';
import { bgpConnectSeconds, profileValues } from './profile-values.ts';
import { tunnelInterface } from './resolve-links.ts';
import type { Resolving } from './resolving.ts';
import type { Bfd, Bgp, Neighbor } from './router-model.ts';
import type { PairEnd, TunnelEnd } from './tunnel-ends.ts';

export function resolveBgp(resolving: Resolving): Bgp {
  const { settings, place, tunnels, pair } = resolving;
  const common = { asn: place.site.asn, timers: profileValues[settings.profile].bgp };
  if (pair === undefined) {
    return {
      ...common,
      routerId: undefined,
      networks: originalNetworks(resolving),
      redistributeStatic: originalNames.staticMap,
      // Its own subnet is among the networks, as in the article.
      redistributeConnected: undefined,
      neighbors: [...tunnels.map((tunnel) => originalRemote(resolving, tunnel)), originalPartner(resolving)],
    };
  }
  return {
    ...common,
    routerId: place.router.loopback,
    networks: frontsWithin(place).map((prefix) => ({ prefix, routeMap: undefined })),
    redistributeStatic: fastNames.staticMap,
    redistributeConnected: isInFront(place) ? fastNames.connectMap : undefined,
    neighbors: [...tunnels.map((tunnel) => fastRemote(resolving, tunnel)), fastPartner(resolving, pair)],
  };
}

/**
 * On every neighbor that supports it, including the session of the pair: with BFD on the tunnels alone, the standby would keep
 * the paths of a failed active router until the hold time, and prefer them to its own.
 */
export function resolveBfd({ settings, tunnels, pair }: Resolving): Bfd | undefined {
  if (pair === undefined) return undefined;
  const withBfd = tunnels.filter(({ remote }) => remote.bfd);
  const peers = [...withBfd.map(({ remoteAddress }) => remoteAddress), pair.remoteAddress];
  return { profile: 'failover', ...settings.bfd, peers };
}

function originalNetworks({ tunnels, place }: Resolving): Bgp['networks'] {
  const { router } = place;
  return [
    ...tunnels.map(({ network }) => ({ prefix: network, routeMap: undefined })),
    { prefix: `${router.loopback}/32`, routeMap: undefined },
    { prefix: router.subnet, routeMap: originalNames.connectMap },
    ...frontsWithin(place).map((prefix) => ({ prefix, routeMap: originalNames.staticMap })),
  ];
}

const originalNeighbor = {
  description: undefined,
  bfd: false,
  timers: undefined,
  maximumPrefix: undefined,
  importMap: undefined,
  exportMap: undefined,
};

function originalRemote(resolving: Resolving, tunnel: TunnelEnd): Neighbor {
  return {
    ...originalNeighbor,
    address: tunnel.remoteAddress,
    remoteAs: tunnel.remote.asn,
    updateSource: tunnelInterface(resolving, tunnel),
    nexthopSelf: false,
    // The article accepts all routes of its neighbors, which are its own routers; a far end is filtered.
    importMap: tunnel.remote.networks && farEndNames(tunnel.remote.name).importMap,
  };
}

function originalPartner({ place: { partner, site } }: Resolving): Neighbor {
  return {
    ...originalNeighbor,
    address: partner.address,
    remoteAs: site.asn,
    updateSource: undefined,
    nexthopSelf: true,
  };
}

function fastRemote(resolving: Resolving, tunnel: TunnelEnd): Neighbor {
  return {
    ...fastNeighbor(resolving),
    address: tunnel.remoteAddress,
    remoteAs: tunnel.remote.asn,
    description: tunnel.remote.name,
    updateSource: tunnelInterface(resolving, tunnel),
    nexthopSelf: false,
    bfd: tunnel.remote.bfd,
    ...(tunnel.remote.networks === undefined
      ? { importMap: fastNames.ebgpIn, exportMap: fastNames.ebgpOut }
      : { importMap: farEndNames(tunnel.remote.name).importMap, exportMap: fastNames.farEndOut }),
  };
}

/**
 * Over the link of the pair, so that packets to the partner's next hop reach the partner.
 *
 * Without `update-source`: the partner's address is in the link's own /30, so the kernel takes the same source. With it, FRR
 * 10.2.2 and later make a multihop BFD session of an iBGP neighbor before TCP is connected
 * (https://github.com/FRRouting/frr/commit/fcabeeaf79), and a single-hop one afterwards. The two ends then differ, both
 * BFD sessions are down, and FRR 10.2.2 and 10.3.0 do not start BGP while BFD is down: the session stays Idle. Later releases
 * start it (https://github.com/FRRouting/frr/commit/d35025a0f5), and BFD goes down once at each start of FRR.
 */
function fastPartner(resolving: Resolving, pair: PairEnd): Neighbor {
  const { partner, site } = resolving.place;
  return {
    ...fastNeighbor(resolving),
    address: pair.remoteAddress,
    remoteAs: site.asn,
    description: partner.name,
    updateSource: undefined,
    nexthopSelf: true,
    importMap: fastNames.ibgpIn,
    exportMap: fastNames.ibgpOut,
  };
}

function fastNeighbor({ settings, topology }: Resolving) {
  const prefixes = [...topology.sites.flatMap(({ frontSubnets }) => frontSubnets), ...farEndNetworks(topology)].length;
  return {
    bfd: true,
    timers: { ...profileValues[settings.profile].bgp, connect: bgpConnectSeconds },
    // More than twice the topology's prefixes means a misconfigured neighbor.
    maximumPrefix: Math.max(20, 2 * prefixes),
  };
}
