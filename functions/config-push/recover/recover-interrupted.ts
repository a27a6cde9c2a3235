import type { PendingChange, PushJournal } from '#contracts/push-journal.ts';
import type { RouterState, Settled } from '#contracts/push-result.ts';
import { routerNamed } from '#failover/site.ts';
import { keep, rememberPushed, takeBack } from '../confirm/confirm-or-roll-back.ts';
import type { PushTools } from '../ports.ts';
import { recordPush } from '../record/history.ts';
import type { Journal } from '../record/journal.ts';
import { noteEnd } from '../record/record-outcome.ts';
import type { RouterEnd } from '../router/router-outcome.ts';
import { endedState, stateBefore } from '../router/router-states.ts';

/** How what an earlier run left behind was settled. */
export interface Settlement extends Settled {
  /** Nobody can say what the router has, so nothing may begin. */
  readonly blocks: boolean;
  readonly state: RouterState;
  /** What its push has not come to. */
  readonly others: readonly string[];
}

/**
 * An earlier run may have died while a router had a new configuration that nobody confirmed. What was found well and was to
 * be kept is kept; everything else is taken back, so that a push begins with a configuration that somebody has vouched for.
 * The history has what was done, once, and the alarm is raised for what did not end well.
 *
 * @param last the journal as that run left it
 * @param journal ours, with the lease
 * @returns undefined: there is nothing to settle
 */
export async function settleInterrupted(
  last: PushJournal | undefined,
  journal: Journal,
  tools: PushTools,
): Promise<Settlement | undefined> {
  const { applying } = last ?? {};
  if (last === undefined || applying === undefined) return undefined;
  const router = routerNamed(tools.site, applying.router);
  if (router === undefined) {
    await journal.record({ applying: undefined });
    return undefined;
  }
  const why = `the push of ${last.by} stopped midway`;
  const end =
    applying.state === 'confirming'
      ? await keep(router, applying, tools)
      : await takeBack(router, applying, why, tools);
  if (end.end === 'confirmed') await rememberPushed(router.name, applying.lines, last.id, tools);
  // Its timer has acted, or it has rebooted into its old configuration; what it has is read next.
  const isOver = end.end === 'unknown' && tools.now() > applying.undoneBy;
  await (isOver ? journal.record({ applying: undefined }) : noteSettled(end, router.name, last, journal));
  await tellSettled(end, applying, last, tools);
  return {
    router: router.name,
    end: asSettled(end.end),
    says: end.says,
    blocks: end.end === 'broken' || (end.end === 'unknown' && !isOver),
    state: endedState(router.name, end, stateBefore(applying)),
    others: applying.others,
  };
}

async function noteSettled({ end }: RouterEnd, router: string, last: PushJournal, journal: Journal): Promise<void> {
  const { done, id, applying } = journal.entry;
  if (end !== 'confirmed' || id !== last.id) return noteEnd(end, journal);
  const finished = applying?.others.length === 0;
  await journal.record({ applying: undefined, done: [...new Set([...done, router])], finished });
}

async function tellSettled(
  { end, says }: RouterEnd,
  applying: PendingChange,
  last: PushJournal,
  tools: PushTools,
): Promise<void> {
  tools.log.warn(says, { push: last.id });
  if (end !== 'confirmed') tools.metric('ConfigPushFailed', 1);
  if (applying.recorded === end) return;
  await recordPush(last, { reason: `settled-${end}`, says, router: `${applying.router}-settled` }, tools);
}

/** Neither of its two ways ends in anything else. */
function asSettled(end: RouterEnd['end']): Settled['end'] {
  return end === 'held' || end === 'refused' ? 'undone' : end;
}
