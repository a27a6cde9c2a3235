import type { BgpCounts } from './bgp-counts.ts';
import { PROBE_FRESH_MS } from './limits.ts';
import type { Observation } from './observation.ts';
import { routersOf } from './site.ts';

/**
 * What is wrong with the iBGP session of a pair whose routers both answer the probe, as a clause; undefined: nothing, or it
 * cannot be known. Traffic may still flow, but neither router detects the other's failure by BFD, and neither can carry the
 * other's traffic over the pair's own link.
 *
 * If one end runs multihop BFD and the other single-hop, neither receives the other's packets, and FRR 10.2.2 and 10.3.0 start no BGP
 * session whose BFD is down: the session does not recover by itself (`vyos/resolve-bgp.ts`).
 */
export function pairSessionProblem({ stored, site, at }: Observation): string | undefined {
  const newest = stored.probes.at(-1);
  if (newest === undefined || at - newest.at > PROBE_FRESH_MS) return undefined;
  const ends = routersOf(site).map(({ name, eni }) => ({ name, bgp: newest.readings[eni]?.bgp }));
  if (!ends.every(({ bgp }) => bgp !== undefined && isDown(bgp))) return undefined;
  const names = ends.map(({ name }) => name).join(' and ');
  const multihop = ends.filter(({ bgp }) => bgp?.pairBfd?.hops === 'multi');
  const stuck = multihop.length === 1 ? multihop[0] : undefined;
  if (stuck !== undefined) {
    return (
      `the iBGP session between ${names} does not start, because ${stuck.name} runs multihop BFD and its peer single-hop ` +
      '(FRR 10.2.2 and 10.3.0 do this): push the configuration, then restart the session as docs/operations.md describes'
    );
  }
  return `the iBGP session between ${names} and its BFD session are down although both routers answer the probe: they do not reach each other over the pair's own link`;
}

/** Certainly down: a session that cannot be read is not down. */
function isDown({ pair, pairBfd }: BgpCounts): boolean {
  return pair.configured > 0 && pair.established + pair.unreadable === 0 && pairBfd?.status === 'down';
}
