import type { Neighbor, Neighbors } from '#contracts/push-neighbors.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { PushPorts } from '../ports.ts';
import { neighborsIn, type Unreadable } from './neighbors.ts';

/**
 * BGP of a router before it changes. Whoever has no session has nothing to lose, and one reading may fall into the moment in
 * which a far end sets its tunnel up anew: so what tells nothing, or of no session, is read twice.
 */
export async function readBaseline(
  router: ManagedRouter,
  ports: PushPorts,
): Promise<{ readonly neighbors: Neighbors } | Unreadable> {
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
 * Readings of one router as one, newest last: a neighbor counts as Established if it ever was, with the least of the numbers
 * of prefixes that it was ever receiving.
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
