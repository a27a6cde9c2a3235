import type { Neighbors } from '#contracts/push-neighbors.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { readingMs } from '../limits/time-budget.ts';
import type { ExpectedNeighbor } from '../plan/expected-neighbors.ts';
import type { PushPorts } from '../ports.ts';
import { neighborsIn } from '../router/neighbors.ts';
import type { VerifySettings } from '../settings.ts';

/**
 * Waits until a changed router's neighbors are Established and receive about what they did, and until that is proven: a
 * session may outlive its tunnel for as long as its hold time, so each must have received a message since, or have stayed
 * for that long. Two readings decide, in either direction, and never one; what cannot be read decides nothing.
 *
 * @param expected none: the router had nothing to lose, and is only kept if it tells its neighbors
 * @param withinMs by then they must be back; from then on their proof may take its time
 * @param isCalledOff asked between readings: somebody else may have ended the push
 * @returns undefined: they are; otherwise why not, as a clause
 */
export async function verifyBgp(
  router: ManagedRouter,
  expected: readonly ExpectedNeighbor[],
  withinMs: number,
  isCalledOff: () => Promise<boolean>,
  ports: PushPorts,
): Promise<string | undefined> {
  const { now, sleep, verify } = ports;
  const backBy = now() + withinMs;
  const provenBy = backBy + longestProofMs(expected, verify) + readingMs(ports);
  let good: GoodReadings | undefined;
  let bad = 0;
  for (;;) {
    const reading = judge(neighborsIn(await ports.readNeighbors(router)), expected);
    const at = now();
    if (reading.kind === 'good') {
      if (good === undefined) [good, bad] = [{ since: at, first: reading.neighbors }, 0];
      if (isProven(good, { at, neighbors: reading.neighbors }, expected, verify)) return undefined;
    }
    if (reading.kind === 'bad') bad += 1;
    // Whatever was read between them: a session that comes and goes does not stay.
    if (bad > 1) good = undefined;
    if (at >= backBy && good === undefined && bad !== 1) return `its BGP did not come back: ${textOf(reading)}`;
    if (at >= provenBy) return `its BGP is not proven: ${textOf(reading)}`;
    await sleep(verify.everyMs);
    if (await isCalledOff()) return CANCELLED;
  }
}

export const CANCELLED = 'meanwhile it was called off';

/** How long it takes at most to prove that sessions which are up stay up, ms. */
export function longestProofMs(
  expected: readonly ExpectedNeighbor[],
  { steadyMs, holdMs }: Pick<VerifySettings, 'steadyMs' | 'holdMs'>,
): number {
  return Math.max(steadyMs, ...expected.map((each) => holdOf(each, holdMs)));
}

/** Without a hold time, or with one that is longer than we wait, only a message proves anything. */
function holdOf({ holdS }: Pick<ExpectedNeighbor, 'holdS'>, holdMs: number): number {
  return holdS === null || holdS === 0 ? holdMs : Math.min(holdS * 1000, holdMs);
}

interface GoodReadings {
  /** ms since the epoch. */
  readonly since: number;
  readonly first: Neighbors;
}

type Reading =
  | { readonly kind: 'good'; readonly neighbors: Neighbors }
  | { readonly kind: 'bad' | 'unknown'; readonly why: readonly string[] };

function judge(found: ReturnType<typeof neighborsIn>, expected: readonly ExpectedNeighbor[]): Reading {
  if ('why' in found) return { kind: 'unknown', why: [`it does not tell its BGP neighbors (${found.why})`] };
  const { neighbors } = found;
  const bad = expected.flatMap((each) => faultOf(each, neighbors) ?? []);
  if (bad.length > 0) return { kind: 'bad', why: bad };
  const unreadable = expected.filter(({ address }) => neighbors[address] === null);
  if (unreadable.length === 0) return { kind: 'good', neighbors };
  return { kind: 'unknown', why: unreadable.map(({ address }) => `its session with ${address} cannot be read`) };
}

function faultOf({ address, prefixes }: ExpectedNeighbor, neighbors: Neighbors): string | undefined {
  const found = neighbors[address];
  if (found === null) return undefined;
  if (found?.established !== true) return `its session with ${address} is not Established, and was before`;
  if (found.prefixes >= prefixes) return undefined;
  return `it receives ${found.prefixes} prefixes from ${address}, and at least ${prefixes} would be right after what it received before`;
}

function isProven(
  { since, first }: GoodReadings,
  { at, neighbors }: { readonly at: number; readonly neighbors: Neighbors },
  expected: readonly ExpectedNeighbor[],
  { steadyMs, holdMs }: VerifySettings,
): boolean {
  if (neighbors === first || (expected.length > 0 && at - since < steadyMs)) return false;
  return expected.every((each) => {
    const [before, after] = [first, neighbors].map((reading) => reading[each.address]?.messages ?? null);
    const heard = before !== null && after !== null && before !== after;
    const holdS = neighbors[each.address]?.holdS ?? null;
    return heard || at - since >= longerHold(each, { holdS }, holdMs);
  });
}

/** That of the session which was there before, or of one that came up since. */
function longerHold(before: ExpectedNeighbor, now: Pick<ExpectedNeighbor, 'holdS'>, holdMs: number): number {
  return now.holdS === null ? holdOf(before, holdMs) : holdOf(now, holdMs);
}

function textOf(reading: Reading): string {
  if (reading.kind === 'good')
    return 'nothing was received over its sessions for as long as they may outlive their tunnels';
  const [first = '', ...more] = reading.why;
  return more.length === 0 ? first : `${first}; ${more.length} more like it`;
}
