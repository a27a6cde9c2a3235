import type { CommandEnd } from '#aws/run-command.ts';
import { Neighbors } from '#contracts/push-neighbors.ts';
import * as z from '#contracts/validation.ts';
import type { BgpCounts, SessionCount } from '#failover/bgp-counts.ts';
import { sameForm } from '#failover/bgp-summary.ts';
import type { BgpNeighbors } from '#failover/site.ts';
import { readAnswer, type Silence } from './read-answer.ts';

const Answer = z.object({ neighbors: Neighbors });

/** Where they could not be read, the sessions are unknown, and never down. */
export function neighborsIn(end: CommandEnd): { readonly neighbors: Neighbors } | Silence {
  return readAnswer(Answer, end);
}

/**
 * The same as counts, for the fitness rules. A neighbor that the router does not list counts as configured and down.
 */
export function countsOf(neighbors: Neighbors, { tunnels, pair }: BgpNeighbors): BgpCounts {
  return { tunnels: countIn(neighbors, tunnels), pair: countIn(neighbors, pair) };
}

function countIn(neighbors: Neighbors, addresses: readonly string[]): SessionCount {
  const found = addresses.map((address) => neighbors[sameForm(address)]);
  const established = found.filter((each) => each?.established === true);
  return {
    configured: found.length,
    established: established.length,
    receiving: established.filter((each) => (each?.prefixes ?? 0) > 0).length,
    unreadable: found.filter((each) => each === null).length,
  };
}
