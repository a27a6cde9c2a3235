import { type Ledger, newest } from '#simulator/ledger.ts';
import type { Run } from '#simulator/platform.ts';
import type { SessionReport } from '#simulator/session-report.ts';
import { ROUTERS, type SimulatedRouter } from '#simulator/sites.ts';

/** How long a claim and a reading prove a path (DESIGN, rule 1), ms. */
const CLAIM_MS = 10_000;
const READING_MS = 90_000;
/** The store keeps only the last probe rounds: an older lost path may no longer be stored. */
const FORGOTTEN_MS = 180_000;

/**
 * Why a router is not proven fit by what a run observed; undefined: it is fit. If EC2 reports that the owner has failed,
 * the last known path, whatever its age, and passed status checks are enough.
 *
 * @param surely by what the run certainly observed, not by what it may have observed
 */
export function unfitness(run: Run, router: SimulatedRouter, ledger: Ledger, surely = false): string | undefined {
  const { evidence } = run;
  const facts = evidence.factsOf(router);
  const now = evidence.completeAt;
  const words = ledger.knownTo(run, router.key, surely);
  const isYoung = ({ by, at }: SessionReport) => Math.abs(now - at) <= (by === 'itself' ? CLAIM_MS : READING_MS);
  const signed = words.some((word) => word.by === 'itself' && isYoung(word));
  const running = facts?.instance === 'running' || (facts?.instance === 'unknown' && signed);
  if (facts === undefined || !running) return `its instance is ${facts?.instance}`;
  if (facts.interface !== 'attached') return `its interface is ${facts.interface}`;
  if (facts.sourceDestCheck !== false) return 'its source/dest check is on';
  if (evidence.inMaintenance(router)) return 'it is in maintenance';
  // In favour of the router counts only what the run certainly observed; against it, also what it may have observed.
  const lostAt = lastLoss(ledger.knownTo(run, router.key, !surely), now);
  // A report of a path that is newer than the loss cancels it, and earlier reports count again.
  const isBack = words.some(({ path, at }) => path === true && at >= lostAt);
  const paths = isBack ? words.filter(({ path }) => path === true) : [];
  if (paths.some(isYoung)) return undefined;
  const certain = evidence.certainlyFailed(ROUTERS[router.peer]) && facts.statusChecks === 'ok';
  return certain && paths.length > 0 ? undefined : 'no report proves a path of it';
}

/** Time of the last certain report of a lost path. */
function lastLoss(words: readonly SessionReport[], now: number): number {
  const lost = newest(
    words.filter(({ path, by, at }) => path === false && (by === 'itself' || now - at <= FORGOTTEN_MS)),
  );
  return lost?.at ?? Number.NEGATIVE_INFINITY;
}
