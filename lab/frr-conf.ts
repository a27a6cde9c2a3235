import type { Bfd, Bgp, Neighbor, PrefixList, RouteMap, RouterModel, StaticRoute } from '#vyos/router-model.ts';

/**
 * The routing part of a router's configuration, as FRR itself reads it: what VyOS makes of our `set` commands when it
 * fills in its template (https://github.com/vyos/vyos-1x/blob/current/data/templates/frr/bgpd.frr.j2). Addresses,
 * tunnels and IPsec are not in it: on VyOS, too, they are not FRR's.
 */
export function frrConf({ hostName, staticRoutes, prefixLists, routeMaps, bfd, bgp }: RouterModel): string {
  const lines = [
    'frr defaults traditional',
    `hostname ${hostName}`,
    ...staticRoutes.map(staticRoute),
    ...prefixLists.flatMap(prefixList),
    ...routeMaps.flatMap(routeMap),
    ...(bfd === undefined ? [] : bfdProfile(bfd)),
    ...routerBgp(bgp, bfd),
  ];
  return `${lines.join('\n')}\n`;
}

function staticRoute({ prefix, nextHop }: StaticRoute): string {
  return `ip route ${prefix} ${nextHop ?? 'blackhole 254'}`;
}

function prefixList({ name, prefixes }: PrefixList): string[] {
  return prefixes.map((prefix, index) => `ip prefix-list ${name} seq ${10 * (index + 1)} permit ${prefix}`);
}

function routeMap({ name, rules }: RouteMap): string[] {
  return rules.flatMap(({ number, prefixList: list, metric }) => [
    `route-map ${name} permit ${number}`,
    ` match ip address prefix-list ${list}`,
    ...(metric === undefined ? [] : [` set metric ${metric}`]),
    'exit',
  ]);
}

function bfdProfile({ profile, intervalMs, multiplier }: Bfd): string[] {
  return [
    'bfd',
    ` profile ${profile}`,
    `  transmit-interval ${intervalMs}`,
    `  receive-interval ${intervalMs}`,
    `  detect-multiplier ${multiplier}`,
    ' exit',
    'exit',
  ];
}

/** Without VyOS's own three `no …`, FRR would announce nothing to other sites for want of a policy it knows. */
function routerBgp(bgp: Bgp, bfd: Bfd | undefined): string[] {
  return [
    `router bgp ${bgp.asn}`,
    ...(bgp.routerId === undefined ? [] : [` bgp router-id ${bgp.routerId}`]),
    ' bgp log-neighbor-changes',
    ' no bgp default ipv4-unicast',
    ' no bgp network import-check',
    ' no bgp ebgp-requires-policy',
    ` timers bgp ${bgp.timers.keepalive} ${bgp.timers.holdtime}`,
    ...bgp.neighbors.flatMap((neighbor) => session(neighbor, bfd)),
    ' address-family ipv4 unicast',
    ...bgp.networks.map(({ prefix, routeMap: map }) =>
      map === undefined ? `  network ${prefix}` : `  network ${prefix} route-map ${map}`,
    ),
    `  redistribute static route-map ${bgp.redistributeStatic}`,
    ...bgp.neighbors.flatMap(exchange),
    ' exit-address-family',
    'exit',
  ];
}

function session(neighbor: Neighbor, bfd: Bfd | undefined): string[] {
  const { description, updateSource, timers } = neighbor;
  const start = ` neighbor ${neighbor.address}`;
  return [
    `${start} remote-as ${neighbor.remoteAs}`,
    ...(description === undefined ? [] : [`${start} description ${description}`]),
    ...(updateSource === undefined ? [] : [`${start} update-source ${updateSource}`]),
    ...(timers === undefined
      ? []
      : [`${start} timers ${timers.keepalive} ${timers.holdtime}`, `${start} timers connect ${timers.connect}`]),
    ...(neighbor.bfd && bfd !== undefined ? [`${start} bfd`, `${start} bfd profile ${bfd.profile}`] : []),
  ];
}

function exchange({ address, nexthopSelf, maximumPrefix, importMap, exportMap }: Neighbor): string[] {
  const start = `  neighbor ${address}`;
  return [
    `${start} activate`,
    `${start} soft-reconfiguration inbound`,
    ...(nexthopSelf ? [`${start} next-hop-self`] : []),
    ...(maximumPrefix === undefined ? [] : [`${start} maximum-prefix ${maximumPrefix}`]),
    ...(importMap === undefined ? [] : [`${start} route-map ${importMap} in`]),
    ...(exportMap === undefined ? [] : [`${start} route-map ${exportMap} out`]),
  ];
}
