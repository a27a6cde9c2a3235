/**
 * BGP sessions of one router to the neighbors that the topology names, counted on the router: SSM cuts a command's output at
 * 24,000 characters, which a list of 60 neighbors exceeds.
 */
export interface BgpCounts {
  /** eBGP sessions to the far ends of the router's own tunnels. */
  readonly tunnels: SessionCount;
  /** The iBGP session to the other router of the pair. */
  readonly pair: SessionCount;
  /** BFD of that session; undefined: it has none, or it is unknown. */
  readonly pairBfd?: PairBfd | undefined;
}

/** BFD of one BGP session, as bgpd reports it. */
export interface PairBfd {
  readonly status: 'up' | 'down';
  /** `single` at both ends of a directly connected session. */
  readonly hops: 'single' | 'multi';
}

/** Of the neighbors that the topology names; a neighbor that the router does not have counts as configured and down. */
export interface SessionCount {
  readonly configured: number;
  readonly established: number;
  /** Established, and at least one prefix was received over it. */
  readonly receiving: number;
  /** Neighbors whose state or prefix count the output does not show: unknown, neither up nor down. */
  readonly unreadable: number;
}

/**
 * Whether the router receives prefixes from the other sites over its own tunnels. A session that is Established without
 * prefixes carries no traffic. What could not be read is unknown.
 */
export function pathOf({ tunnels }: BgpCounts): 'path' | 'none' | 'unknown' {
  if (tunnels.receiving > 0) return 'path';
  return tunnels.unreadable > 0 ? 'unknown' : 'none';
}

/**
 * Whether BGP routes the router's traffic to the other sites by way of its peer. That takes a pair that can forward, the iBGP
 * session between the two, and a path of the peer.
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

/** Certainly neither a path nor a detour. Only this is a failure (rule 4). */
export function isCutOff(own: BgpCounts, peer: BgpCounts | undefined, pairForwards: boolean): boolean {
  return pathOf(own) === 'none' && detourOf(own, peer, pairForwards) === 'none';
}
