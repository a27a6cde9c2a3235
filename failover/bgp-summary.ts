import type { BgpCounts, PairBfd, SessionCount } from './bgp-counts.ts';
import type { BgpNeighbors } from './site.ts';

/** Counted eBGP sessions. */
export interface EbgpCount {
  readonly established: number;
  readonly configured: number;
}

/**
 * BGP sessions to the neighbors that the topology names, out of either form in which a router shows them: counted on the
 * router already (`router/count-sessions`), or FRR's own `show bgp summary json`. `router/count-sessions` reads the latter
 * by the same rules; `test/contract/bgp-summary.cases.ts` holds the cases for both.
 *
 * FRR 7.5 to 10 print `{"ipv4Unicast": {"peers": {…}}, …}`, one family's `{"peers": {…}}` for `show bgp ipv4 unicast
 * summary json`, either of them by the name of its VRF for `show bgp vrf all`, and `{}` where there is no neighbor
 * (`bgp_show_summary_afi_safi` in bgpd/bgp_vty.c). Output of any other shape is unknown, not zero.
 *
 * @param value parsed JSON
 * @returns undefined: unknown
 */
export function countSessions(value: unknown, neighbors: BgpNeighbors): BgpCounts | undefined {
  if (!isRecord(value)) return undefined;
  if ('tunnels' in value || 'pair' in value) return countedBefore(value, neighbors);
  const families = familiesIn(value);
  return families && { tunnels: countOf(neighbors.tunnels, families), pair: countOf(neighbors.pair, families) };
}

/** `countSessions` of a router's output as text, which may be cut off anywhere. */
export function countSessionsIn(output: string, neighbors: BgpNeighbors): BgpCounts | undefined {
  try {
    return countSessions(JSON.parse(output), neighbors);
  } catch {
    return undefined;
  }
}

function countedBefore(value: Fields, neighbors: BgpNeighbors): BgpCounts | undefined {
  const [tunnels, pair, pairBfd] = [sessionCount(value.tunnels), sessionCount(value.pair), pairBfdIn(value.pairBfd)];
  if (tunnels === undefined || pair === undefined) return undefined;
  const counts = { tunnels: outOf(neighbors.tunnels.length, tunnels), pair: outOf(neighbors.pair.length, pair) };
  return pairBfd === undefined ? counts : { ...counts, pairBfd };
}

/** Undefined (unknown) for a router whose program is older, or whose BFD cannot be read. */
function pairBfdIn(value: unknown): PairBfd | undefined {
  if (!isRecord(value)) return undefined;
  const { status, hops } = value;
  if ((status !== 'up' && status !== 'down') || (hops !== 'single' && hops !== 'multi')) return undefined;
  return { status, hops };
}

/** A router whose report.conf is older than the topology did not count its newest neighbors: they are unknown. */
function outOf(configured: number, counted: SessionCount): SessionCount {
  const uncounted = Math.max(0, configured - counted.configured);
  return { ...counted, configured: counted.configured + uncounted, unreadable: counted.unreadable + uncounted };
}

function sessionCount(value: unknown): SessionCount | undefined {
  if (!isRecord(value)) return undefined;
  const { configured, established, receiving, unreadable } = value;
  if (!isCount(configured) || !isCount(established) || !isCount(receiving) || !isCount(unreadable)) return undefined;
  if (established > configured || receiving > established || unreadable > configured) return undefined;
  return { configured, established, receiving, unreadable };
}

/** The sessions of one address family, by neighbor address; undefined: it cannot be read. */
type Family = ReadonlyMap<string, Session> | undefined;
type Session = 'receiving' | 'established' | 'down' | 'unreadable';

/** The address families that carry the prefixes of other sites. */
const FAMILIES = ['ipv4Unicast', 'ipv6Unicast'];

/** Empty for a router without neighbors; undefined: the output cannot be read. */
function familiesIn(value: Fields): readonly Family[] | undefined {
  if (Object.keys(value).length === 0) return [];
  // Of several VRFs, the one that the rendered configuration uses.
  if (isRecord(value.default)) return familiesIn(value.default);
  const found = isRecord(value.peers) ? [value] : FAMILIES.filter((name) => name in value).map((name) => value[name]);
  const families = found.map(readFamily);
  return families.some((family) => family !== undefined) ? families : undefined;
}

function readFamily(family: unknown): Family {
  if (!isRecord(family) || !isRecord(family.peers)) return undefined;
  const sessions = Object.entries(family.peers).map(
    ([neighbor, peer]) => [sameForm(neighbor), sessionOf(peer)] as const,
  );
  const tellsNothing = sessions.length > 0 && sessions.every(([, session]) => session === 'unreadable');
  return tellsNothing ? undefined : new Map(sessions);
}

/** `bgp_status_msg` in bgpd/bgp_debug.c, and `Idle (Admin)`, `Idle (PfxCt)`. */
const DOWN = /^(Idle|Connect|Active|OpenSent|OpenConfirm|Clearing|Deleted)( \([A-Za-z]+\))?$/;

/** Reads `state`: `peerState` is OK even for a neighbor that is down (FRR 8.4.4). */
function sessionOf(peer: unknown): Session {
  if (!isRecord(peer) || typeof peer.state !== 'string') return 'unreadable';
  if (DOWN.test(peer.state)) return 'down';
  if (peer.state !== 'Established' || !isCount(peer.pfxRcd)) return 'unreadable';
  return peer.pfxRcd > 0 ? 'receiving' : 'established';
}

function countOf(neighbors: readonly string[], families: readonly Family[]): SessionCount {
  const sessions = neighbors.map((neighbor) => sessionIn(families, sameForm(neighbor)));
  const count = (...kinds: readonly Session[]) => sessions.filter((session) => kinds.includes(session)).length;
  return {
    configured: sessions.length,
    established: count('established', 'receiving'),
    receiving: count('receiving'),
    unreadable: count('unreadable'),
  };
}

/** Over all families. In a family that cannot be read, whether a neighbor receives prefixes is unknown. */
function sessionIn(families: readonly Family[], neighbor: string): Session {
  const sessions = families.map((family) => (family === undefined ? 'unreadable' : (family.get(neighbor) ?? 'down')));
  return BEST_FIRST.find((session) => sessions.includes(session)) ?? 'down';
}

const BEST_FIRST: readonly Session[] = ['receiving', 'unreadable', 'established', 'down'];

/** An address in one canonical form: an IPv6 address can be written in several ways. */
export function sameForm(address: string): string {
  if (!address.includes(':')) return address;
  const url = `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname : address;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Any key may be absent. */
type Fields = Readonly<Partial<Record<string, unknown>>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
