import { type Line, line } from '../line.ts';
import type { Bfd, Neighbor, RouterModel } from '../router-model.ts';
import { type Syntax, syntaxOf } from '../versions/syntax.ts';

export function bgp({ vyos, bgp: model, bfd }: RouterModel): Line[] {
  const syntax = syntaxOf(vyos);
  const root = syntax.bgp(model.asn);
  const family = line`${root} ${syntax.addressFamily}`;
  return [
    ...(syntax.systemAs ? [line`${root} system-as ${model.asn}`] : []),
    ...(model.routerId === undefined ? [] : [line`${root} parameters router-id ${model.routerId}`]),
    line`${root} parameters log-neighbor-changes`,
    line`${root} timers keepalive ${model.timers.keepalive}`,
    line`${root} timers holdtime ${model.timers.holdtime}`,
    ...model.networks.map(({ prefix, routeMap }) =>
      routeMap === undefined
        ? line`${family} network ${prefix}`
        : line`${family} network ${prefix} route-map ${routeMap}`,
    ),
    line`${family} redistribute static route-map ${model.redistributeStatic}`,
    ...(model.redistributeConnected === undefined
      ? []
      : [line`${family} redistribute connected route-map ${model.redistributeConnected}`]),
    ...model.neighbors.flatMap((neighbor) => neighborLines(root, neighbor, bfd, syntax)),
  ];
}

function neighborLines(bgpRoot: Line, neighbor: Neighbor, bfd: Bfd | undefined, syntax: Syntax): Line[] {
  const root = line`${bgpRoot} neighbor ${neighbor.address}`;
  const family = line`${root} ${syntax.addressFamily}`;
  const { description, updateSource, timers, maximumPrefix, importMap, exportMap } = neighbor;
  return [
    line`${root} remote-as ${neighbor.remoteAs}`,
    ...(description === undefined ? [] : [line`${root} description ${description}`]),
    ...(updateSource === undefined ? [] : [line`${root} update-source ${updateSource}`]),
    ...(timers === undefined
      ? []
      : // All three: on 1.3 `connect` alone sets keepalive and holdtime to the node's own defaults, 60 and 180.
        [
          line`${root} timers keepalive ${timers.keepalive}`,
          line`${root} timers holdtime ${timers.holdtime}`,
          line`${root} timers connect ${timers.connect}`,
        ]),
    ...(neighbor.bfd && bfd !== undefined ? bfdLines(root, bfd, syntax) : []),
    line`${family} soft-reconfiguration inbound`,
    ...(neighbor.nexthopSelf ? [line`${family} nexthop-self`] : []),
    ...(maximumPrefix === undefined ? [] : [line`${family} maximum-prefix ${maximumPrefix}`]),
    ...(importMap === undefined ? [] : [line`${family} route-map import ${importMap}`]),
    ...(exportMap === undefined ? [] : [line`${family} route-map export ${exportMap}`]),
  ];
}

function bfdLines(root: Line, { profile }: Bfd, { bfdProfiles, bfdStrict }: Syntax): Line[] {
  return [
    bfdProfiles ? line`${root} bfd profile ${profile}` : line`${root} bfd`,
    ...(bfdStrict ? [line`${root} bfd strict`] : []),
  ];
}
