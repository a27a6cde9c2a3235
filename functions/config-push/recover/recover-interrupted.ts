import type { PendingChange, PushJournal } from '#contracts/push-journal.ts';
import type { RouterState, Settled } from '#contracts/push-result.ts';
import { routerNamed } from '#failover/site.ts';
import { confirmRouter, rollBack } from '../confirm/confirm-or-roll-back.ts';
import type { PushPorts } from '../ports.ts';
import { recordPush } from '../record/history.ts';
import type { Journal } from '../record/journal.ts';
import { closePendingChange } from '../record/record-outcome.ts';
import { recordPushedConfig } from '../record/record-pushed-config.ts';
import type { RouterOutcome } from '../router/router-outcome.ts';
import { endedState, stateBefore } from '../router/router-states.ts';

type Origin = NonNullable<PendingChange['origin']>;

/** How the change that an earlier run left pending was recovered. */
export interface Recovery extends Settled {
  /** The router's configuration is unknown or mixed, so no push may begin. */
  readonly blocks: boolean;
  readonly state: RouterState;
  /** Routers that the interrupted push did not reach. */
  readonly others: readonly string[];
}

/**
 * An earlier run may have crashed while a router ran an unconfirmed configuration. A router that was verified and about
 * to be confirmed is confirmed; any other is rolled back, so that a push begins with a confirmed configuration. The
 * outcome is recorded once in the history, and a bad one raises the alarm.
 *
 * @param last the journal as that run left it
 * @param journal this run's, with the lease
 * @returns undefined: nothing is pending
 */
export async function recoverInterrupted(
  last: PushJournal | undefined,
  journal: Journal,
  ports: PushPorts,
): Promise<Recovery | undefined> {
  const { applying } = last ?? {};
  if (last === undefined || applying === undefined) return undefined;
  const router = routerNamed(ports.site, applying.router);
  if (router === undefined) {
    await journal.recordResult({ applying: undefined });
    return undefined;
  }
  ports.record.resume(applying);
  const origin = applying.origin ?? last;
  const why = `the push of ${origin.by} stopped midway`;
  const end =
    applying.state === 'confirming'
      ? await confirmRouter(router, applying, ports)
      : await rollBack(router, applying, why, ports);
  if (end.end === 'confirmed') await recordPushedConfig(router.name, applying.lines, origin.id, ports);
  const isOver = end.end === 'unknown' && isNothingPending(end, applying, ports.now());
  await (isOver ? journal.recordResult({ applying: undefined }) : recordRecovery(end, router.name, origin, journal));
  const isKnown = applying.recorded === end.end || (applying.state === 'broken' && end.end === 'unknown' && !isOver);
  await reportRecovery(end, { router: router.name, origin, isKnown }, ports);
  return {
    router: router.name,
    end: settledEnd(end.end),
    says: end.says,
    blocks: end.end === 'broken' || (end.end === 'unknown' && !isOver),
    state: endedState(router.name, end, stateBefore(applying)),
    others: applying.others,
  };
}

/**
 * The plan reads what the router runs: its timer has expired, it rebooted into its old configuration, or an operator repaired it. The timer
 * of a broken one has failed, so the router itself must have answered.
 */
function isNothingPending({ nothingPending = false }: RouterOutcome, applying: PendingChange, now: number): boolean {
  return now > applying.undoneBy && (nothingPending || applying.state !== 'broken');
}

async function recordRecovery({ end }: RouterOutcome, router: string, origin: Origin, journal: Journal): Promise<void> {
  const { done, id, applying } = journal.entry;
  if (end !== 'confirmed' || id !== origin.id) return closePendingChange(end, journal);
  const finished = applying?.others.length === 0;
  await journal.recordResult({ applying: undefined, done: [...new Set([...done, router])], finished });
}

/** @param isKnown the history has this outcome */
async function reportRecovery(
  { end, says }: RouterOutcome,
  { router, origin, isKnown }: { readonly router: string; readonly origin: Origin; readonly isKnown: boolean },
  ports: PushPorts,
): Promise<void> {
  ports.log.warn(says, { push: origin.id });
  if (end !== 'confirmed') ports.metric('ConfigPushFailed', 1);
  if (isKnown) return;
  await recordPush(origin, { reason: `settled-${end}`, says, router, settled: true }, ports);
}

/** Confirming and rolling back lead to no other outcome. */
function settledEnd(end: RouterOutcome['end']): Settled['end'] {
  return end === 'held' || end === 'refused' ? 'undone' : end;
}
