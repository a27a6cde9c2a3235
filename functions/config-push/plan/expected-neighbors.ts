import type { Neighbors } from '#contracts/push-neighbors.ts';
import { sameForm } from '#failover/bgp-summary.ts';
import type { BgpNeighbors } from '#failover/site.ts';
import { parseShownLine } from '#vyos/quote.ts';

/** A neighbor that must be Established again after the router's change. */
export interface ExpectedNeighbor {
  readonly address: string;
  /** The least number of prefixes that must be received from it. */
  readonly prefixes: number;
  /** The hold time that was negotiated before, s; null: unknown. */
  readonly holdS: number | null;
}

/**
 * The neighbors that were Established before and are still configured: a tunnel's far end with at least half of its
 * prefixes, the other router of the pair with at least one if it sent any (the paths that it announces depend on this
 * router's). A neighbor whose address changes is expected at the new address. New neighbors are not expected, because
 * their far end may not exist yet, and neither are removed ones. Pure.
 *
 * @param baseline from before anything changed at either end
 * @param wanted the neighbors that the router should have afterwards
 * @param renamed new addresses by old ones
 */
export function expectedNeighbors(
  baseline: Neighbors,
  wanted: BgpNeighbors,
  renamed: ReadonlyMap<string, string> = new Map(),
): ExpectedNeighbor[] {
  const expected = new Map<string, ExpectedNeighbor>();
  const [tunnels, pair] = [wanted.tunnels, wanted.pair].map((addresses) => new Set(addresses.map(sameForm)));
  for (const [was, before] of Object.entries(baseline)) {
    const address = renamed.get(was) ?? was;
    const isPair = pair?.has(address) === true;
    if (before?.established !== true || !(isPair || tunnels?.has(address) === true)) continue;
    const prefixes = isPair ? Math.min(1, before.prefixes) : Math.ceil(before.prefixes / 2);
    expected.set(address, { address, prefixes, holdS: before.holdS });
  }
  return [...expected.values()];
}

/** Does any tunnel carry a session? A router without one has nothing to lose. */
export function hasTunnelSession(baseline: Neighbors, { tunnels }: BgpNeighbors): boolean {
  return tunnels.some((address) => baseline[sameForm(address)]?.established === true);
}

/** Neighbors whose address changes, matched by their description. New addresses by old ones. */
export function renamedNeighbors(running: readonly string[], wanted: readonly string[]): Map<string, string> {
  const [before, after] = [namesOf(running), namesOf(wanted)];
  const addressNow = new Map([...after].map(([address, name]) => [name, address]));
  return new Map(
    [...before].flatMap(([address, name]) => {
      const now = addressNow.get(name);
      return now === undefined || after.has(address) || before.has(now) ? [] : [[address, now] as const];
    }),
  );
}

/** Descriptions by address: `protocols bgp [ASN] neighbor ADDRESS description NAME`. */
function namesOf(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    if (!line.includes(' neighbor ')) continue;
    const words = parseShownLine(line) ?? [];
    const at = words.indexOf('neighbor');
    const [address, key, name] = words.slice(at + 1);
    const isOurs = words[0] === 'protocols' && words[1] === 'bgp' && at > 1 && at < 4;
    if (isOurs && key === 'description' && address !== undefined && name !== undefined)
      found.set(sameForm(address), name);
  }
  return found;
}
