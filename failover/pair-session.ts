import type { BgpCounts } from './bgp-counts.ts';
import { PROBE_FRESH_MS } from './fitness.ts';
import type { Observation } from './observation.ts';
import { routersOf } from './site.ts';

/**
 * What is wrong with the session between two routers of a pair that both answer the probe, as a clause; undefined: nothing,
 * or it cannot be known. Traffic may flow all the same. But neither router notices the other's end by BFD, and none takes
 * the other's traffic over the pair's own link.
 *
 * Where one end runs BFD over several hops and the other over one, they never hear each other, and FRR 10.2.2 and 10.3.0
 * start no BGP session whose BFD is down: nothing mends it by itself (`vyos/resolve-bgp.ts`).
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
      `the iBGP session between ${names} does not start, because BFD on ${stuck.name} takes the other for several hops away ` +
      'and neither hears the other (FRR 10.2.2 and 10.3.0 do this): push the configuration, then start the session anew as ' +
      'docs/operations.md says'
    );
  }
  return `the iBGP session between ${names} is down and so is its BFD, although both answer: they do not reach each other over the pair's own link`;
}

/** Both for certain: what cannot be read is not down. */
function isDown({ pair, pairBfd }: BgpCounts): boolean {
  return pair.configured > 0 && pair.established + pair.unreadable === 0 && pairBfd?.status === 'down';
}
