import type { Neighbor, Neighbors } from '#contracts/push-neighbors.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { PushPorts } from '../ports.ts';
import { neighborsIn } from './neighbors.ts';
import type { Silence } from './read-answer.ts';

/**
 * BGP of a router before its change. A router without sessions is not verified for any, and one reading can fall into
 * the moment in which a far end re-establishes its tunnel: a reading that fails, or shows no session, is repeated.
 */
export async function readBaseline(
  router: ManagedRouter,
  ports: PushPorts,
): Promise<{ readonly neighbors: Neighbors } | Silence> {
  const first = neighborsIn(await ports.readNeighbors(router));
  if ('neighbors' in first && hasSession(first.neighbors)) return first;
  await ports.sleep(ports.verify.everyMs);
  const second = neighborsIn(await ports.readNeighbors(router));
  if (!('neighbors' in first)) return second;
  return 'neighbors' in second ? { neighbors: mergeBaselines([first.neighbors, second.neighbors]) } : second;
}

function hasSession(neighbors: Neighbors): boolean {
  return Object.values(neighbors).some((each) => each?.established === true);
}

/**
 * Merges readings of one router, newest last: a neighbor counts as Established if it was in any of them, with the
 * least number of prefixes that it was receiving.
 */
export function mergeBaselines(readings: readonly Neighbors[]): Neighbors {
  const addresses = [...new Set(readings.flatMap((neighbors) => Object.keys(neighbors)))];
  return Object.fromEntries(
    addresses.map((address) => [address, merged(readings.map((each) => each[address] ?? null))]),
  );
}

function merged(readings: readonly Neighbor[]): Neighbor {
  const told = readings.filter((each) => each !== null);
  const newest = told.at(-1);
  if (newest === undefined) return null;
  const prefixes = told.map((each) => each.prefixes).filter((each) => each > 0);
  return {
    ...newest,
    established: told.some(({ established }) => established),
    prefixes: prefixes.length === 0 ? 0 : Math.min(...prefixes),
    holdS: told.findLast(({ holdS }) => holdS !== null)?.holdS ?? null,
  };
}
