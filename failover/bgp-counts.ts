/**
 * BGP sessions of one router to the neighbors that the topology names, counted where the list is: on the router. A list of
 * 60 neighbors does not fit into 24,000 characters of SSM output, and a count of 600 does.
 */
export interface BgpCounts {
  /** eBGP sessions to the far ends of the router's own tunnels. */
  readonly tunnels: SessionCount;
  /** The iBGP session to the other router of the pair. */
  readonly pair: SessionCount;
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
