/**
 * Reads `show bgp summary json` of FRR 7.5 to 10, as `vtysh` prints it.
 *
 * `show ip bgp summary json` wraps the summary per address family (`{"ipv4Unicast": {…}}`), `show bgp ipv4 unicast
 * summary json` does not, and a router without BGP or neighbours prints `{}`. Sessions are read from `state`:
 * `peerState` says "OK" for a dead neighbour (seen in FRR 8.4.4).
 */

export interface BgpSession {
  readonly neighbor: string;
  readonly remoteAs: number;
  readonly kind: 'ebgp' | 'ibgp';
  /** `Established`, `Active`, `Idle (Admin)`, … */
  readonly state: string;
}

/** eBGP sessions counted: what makes a router fit to carry traffic between sites. */
export interface EbgpCount {
  readonly established: number;
  readonly configured: number;
}

/**
 * Sessions of all address families, each neighbour once: established in one family is established.
 *
 * @param summary the parsed JSON; anything that is no summary gives undefined
 * @param localAs used where the output does not carry `as`
 */
export function parseBgpSummary(summary: unknown, localAs: number): readonly BgpSession[] | undefined {
  if (!isRecord(summary)) return undefined;
  const families = isRecord(summary.peers) ? [summary] : Object.values(summary).filter(isFamily);
  if (families.length === 0 && Object.keys(summary).length > 0) return undefined;
  const sessions = new Map<string, BgpSession>();
  for (const family of families) {
    const as = typeof family.as === 'number' ? family.as : localAs;
    for (const [neighbor, peer] of Object.entries(family.peers)) {
      if (!isRecord(peer) || typeof peer.state !== 'string' || typeof peer.remoteAs !== 'number') continue;
      if (sessions.get(neighbor)?.state === 'Established') continue;
      const kind = peer.remoteAs === as ? 'ibgp' : 'ebgp';
      sessions.set(neighbor, { neighbor, remoteAs: peer.remoteAs, kind, state: peer.state });
    }
  }
  return [...sessions.values()];
}

/** How many eBGP sessions there are and how many of them are Established. */
export function countEbgp(sessions: readonly BgpSession[]): EbgpCount {
  const ebgp = sessions.filter((session) => session.kind === 'ebgp');
  return {
    established: ebgp.filter((session) => session.state === 'Established').length,
    configured: ebgp.length,
  };
}

interface Family {
  readonly as?: unknown;
  readonly peers: Record<string, unknown>;
}

function isFamily(value: unknown): value is Family {
  return isRecord(value) && isRecord(value.peers);
}

function isRecord(value: unknown): value is Record<string, unknown> & Family {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
