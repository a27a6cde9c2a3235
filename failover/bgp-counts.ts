/**
 * BGP sessions of one router to the neighbors that the topology names, counted where the list is: on the router. A list of
 * 60 neighbors does not fit into 24,000 characters of SSM output, and a count of 600 does.
 */
export interface BgpCounts {
  /** eBGP sessions to the far ends of the router's own tunnels. */
  readonly tunnels: SessionCount;
  /** The iBGP session to the other router of the pair. */
  readonly pair: SessionCount;
  /** BFD of that session; undefined: it has none, or nothing is known of it. */
  readonly pairBfd?: PairBfd | undefined;
}

/** BFD of one BGP session, as bgpd has it. */
export interface PairBfd {
  readonly status: 'up' | 'down';
  /** Between neighbors on one link it is `single`, at both ends. */
  readonly hops: 'single' | 'multi';
}

/** Of the neighbors that the topology names; a neighbor that the router does not have counts as configured and down. */
export interface SessionCount {
  readonly configured: number;
  readonly established: number;
  /** Established, and at least one prefix was received over it. */
  readonly receiving: number;
  /** Neighbors of which the output tells no state, or no number of prefixes: unknown, neither up nor down. */
  readonly unreadable: number;
}

/**
 * Does the router receive prefixes from the other sites over its own tunnels? Established alone proves nothing: a session
 * without prefixes carries no traffic. What could not be read is unknown.
 */
export function pathOf({ tunnels }: BgpCounts): 'path' | 'none' | 'unknown' {
  if (tunnels.receiving > 0) return 'path';
  return tunnels.unreadable > 0 ? 'unknown' : 'none';
}

/**
 * Does BGP lead the router's traffic to the other sites by way of its peer? It takes a pair that can forward, the session
 * between the two, and a path of the peer.
 *
 * @param peer undefined: nothing is known of it
 */
export function detourOf(
  own: BgpCounts,
  peer: BgpCounts | undefined,
  pairForwards: boolean,
): 'detour' | 'none' | 'unknown' {
  if (!pairForwards) return 'none';
  if (own.pair.receiving === 0) return own.pair.unreadable > 0 ? 'unknown' : 'none';
  const there = peer === undefined ? 'unknown' : pathOf(peer);
  return there === 'path' ? 'detour' : there;
}

/** For certain neither a path nor a detour: only this is a failure. */
export function isCutOff(own: BgpCounts, peer: BgpCounts | undefined, pairForwards: boolean): boolean {
  return pathOf(own) === 'none' && detourOf(own, peer, pairForwards) === 'none';
}
