import type { Neighbors } from '#contracts/push-neighbors.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { readingMs } from '../limits/time-budget.ts';
import type { ExpectedNeighbor } from '../plan/expected-neighbors.ts';
import type { PushPorts } from '../ports.ts';
import { neighborsIn } from '../router/neighbors.ts';
import type { VerifySettings } from '../settings.ts';

/**
 * Waits until the neighbors of a changed router are Established, receive about as many prefixes as before, and are
 * proven: a session can outlive its tunnel for its hold time, so each must have received a message since, or have
 * stayed up for that time. Two readings decide, in either direction; a reading that fails decides
 * nothing.
 *
 * @param expected empty: the router had no sessions, and only has to report its neighbors
 * @param withinMs the sessions must be back within this time; the proof may take longer
 * @param isCancelled asked between readings: another run may have ended the push
 * @returns undefined: verified; otherwise why not, as a clause
 */
export async function verifyBgp(
  router: ManagedRouter,
  expected: readonly ExpectedNeighbor[],
  withinMs: number,
  isCancelled: () => Promise<boolean>,
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
    // Two bad readings restart the proof, even with good ones between: a session that flaps is not stable.
    if (bad > 1) good = undefined;
    if (at >= backBy && good === undefined && bad !== 1)
      return `its BGP sessions did not come back: ${textOf(reading)}`;
    if (at >= provenBy) return `its BGP sessions are not verified: ${textOf(reading)}`;
    await sleep(verify.everyMs);
    if (await isCancelled()) return CANCELLED;
  }
}

export const CANCELLED = 'meanwhile the push was cancelled';

/** The longest that it takes to prove that sessions stay up, ms. */
export function longestProofMs(
  expected: readonly ExpectedNeighbor[],
  { steadyMs, holdMs }: Pick<VerifySettings, 'steadyMs' | 'holdMs'>,
): number {
  return Math.max(steadyMs, ...expected.map((each) => holdOf(each, holdMs)));
}

/** Without a hold time, or with a longer one than `holdMs`, only a received message is proof. */
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
  if ('why' in found) return { kind: 'unknown', why: [`its BGP neighbors could not be read (${found.why})`] };
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
  if (found?.established !== true) return `its session with ${address} was Established before and is not now`;
  if (found.prefixes >= prefixes) return undefined;
  return `it receives ${found.prefixes} prefixes from ${address}, and at least ${prefixes} are expected from what it received before`;
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

/** The hold time of the session as it is now; of the one before where none is reported. */
function longerHold(before: ExpectedNeighbor, now: Pick<ExpectedNeighbor, 'holdS'>, holdMs: number): number {
  return now.holdS === null ? holdOf(before, holdMs) : holdOf(now, holdMs);
}

function textOf(reading: Reading): string {
  if (reading.kind === 'good') return 'no message was received over its sessions within their hold time';
  const [first = '', ...more] = reading.why;
  return more.length === 0 ? first : `${first}; ${more.length} similar`;
}
