import type { Draft, DraftRouter } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { MOST_PREFIXES_IN_LIST, TUNNEL_NUMBERS } from '../vyos-limits.ts';
import { countElsewhere } from './networks-elsewhere.ts';

/** What does not fit into the configuration of a router. */
export function checkVyosLimits(draft: Draft): Fault[] {
  const routers = (draft.sites ?? []).flatMap((site) => site.routers ?? []);
  const tunnelsOf = tunnelCounts(draft);
  return [
    ...tooManyPrefixes(draft),
    ...routers.flatMap((router) => tooManyTunnels(router, tunnelsOf(router.name.value))),
  ];
}

/** The longest lists are those of a site's own front subnets, and of all other sites' and the far ends' networks. */
function tooManyPrefixes(draft: Draft): Fault[] {
  const most = Math.max(
    ...(draft.sites ?? []).flatMap((site) => [site.frontSubnets.length, countElsewhere(site, draft)]),
  );
  if (most <= MOST_PREFIXES_IN_LIST) return [];
  return [
    {
      kind: 'count',
      path: ['sites'],
      at: 'key',
      fault: `a router would have a prefix list of ${most} networks; VyOS numbers the rules of at most ${MOST_PREFIXES_IN_LIST}`,
      hint: 'summarize front subnets and the networks of far ends: use shorter prefixes',
    },
  ];
}

function tooManyTunnels({ name, firstTunnel }: DraftRouter, count: number): Fault[] {
  const first = firstTunnel?.value ?? 0;
  if (first + count <= TUNNEL_NUMBERS) return [];
  return [
    {
      kind: 'count',
      path: firstTunnel?.path ?? name.path,
      at: firstTunnel === undefined ? 'key' : 'value',
      fault: `${name.value} has ${count} tunnels from number ${first} up; tunnel numbers end at ${TUNNEL_NUMBERS - 1}`,
      hint:
        count > TUNNEL_NUMBERS
          ? 'list the tunnels that are needed under tunnels'
          : `write firstTunnel: ${TUNNEL_NUMBERS - count} or less`,
    },
  ];
}

/** The number of tunnels by router. By default each has one to each other site and to each far end. */
function tunnelCounts({ sites = [], farEnds, tunnels }: Draft): (router: string) => number {
  if (tunnels === undefined) return () => sites.length - 1 + farEnds.length;
  const counts = new Map<string, number>();
  for (const { value } of tunnels.flatMap(({ between }) => between)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return (router) => counts.get(router) ?? 0;
}
