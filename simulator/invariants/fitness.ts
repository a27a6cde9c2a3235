import { type Ledger, newest } from '#simulator/ledger.ts';
import type { Run } from '#simulator/platform.ts';
import { ROUTERS, type SimulatedRouter } from '#simulator/sites.ts';
import type { Word } from '#simulator/word.ts';

/** What proves a path, and for how long, by DESIGN, rule 1: ms. */
const CLAIM_MS = 10_000;
const READING_MS = 90_000;
/** The store keeps the last rounds of the probe only: after so long that a path is lost may be forgotten. */
const FORGOTTEN_MS = 180_000;

/**
 * Why a router is not proven fit by what a run was told; undefined: it is. Where EC2 itself says that the owner has failed,
 * a path by the last word, however old it is, and status checks in order are enough.
 *
 * @param surely by what it must have known, and not by what it may
 */
export function unfitness(run: Run, router: SimulatedRouter, ledger: Ledger, surely = false): string | undefined {
  const { evidence } = run;
  const facts = evidence.factsOf(router);
  const now = evidence.completeAt;
  const words = ledger.knownTo(run, router.key, surely);
  const isYoung = ({ by, at }: Word) => Math.abs(now - at) <= (by === 'itself' ? CLAIM_MS : READING_MS);
  const signed = words.some((word) => word.by === 'itself' && isYoung(word));
  const running = facts?.instance === 'running' || (facts?.instance === 'unknown' && signed);
  if (facts === undefined || !running) return `its instance is ${facts?.instance}`;
  if (facts.interface !== 'attached') return `its interface is ${facts.interface}`;
  if (facts.sourceDestCheck !== false) return 'its source/dest check is on';
  if (evidence.inMaintenance(router)) return 'it is in maintenance';
  // For it only what counts in any case, against it whatever may count.
  const lostAt = lastLoss(ledger.knownTo(run, router.key, !surely), now);
  // A word of a path that is newer than the loss takes it back, and whatever was known before counts again.
  const isBack = words.some(({ path, at }) => path === true && at >= lostAt);
  const paths = isBack ? words.filter(({ path }) => path === true) : [];
  if (paths.some(isYoung)) return undefined;
  const certain = evidence.certainlyFailed(ROUTERS[router.peer]) && facts.statusChecks === 'ok';
  return certain && paths.length > 0 ? undefined : 'nobody shows a path of it';
}

/** When it was last said for certain that it has no path. */
function lastLoss(words: readonly Word[], now: number): number {
  const lost = newest(
    words.filter(({ path, by, at }) => path === false && (by === 'itself' || now - at <= FORGOTTEN_MS)),
  );
  return lost?.at ?? Number.NEGATIVE_INFINITY;
}
