import type { PendingChange } from '#contracts/push-journal.ts';
import type { PushRequest } from '#contracts/push-request.ts';
import { clauseOf } from '#failover/clause.ts';
import { holdsRoutes, type Observation } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { utcTime } from '#failover/utc-time.ts';
import { keep, takeBack } from '../confirm/confirm-or-roll-back.ts';
import {
  BEGIN_WITHIN_MS,
  backWithinMs,
  leaseMs,
  revertsWithinMs,
  type StepSize,
  undoAfterS,
  undoWithinMs,
} from '../limits/time-budget.ts';
import type { ExpectedNeighbor } from '../plan/expected-neighbors.ts';
import type { RouterPlan } from '../plan/plan-router.ts';
import type { PushTools } from '../ports.ts';
import type { Journal } from '../record/journal.ts';
import { apply } from '../router/apply-config.ts';
import { packPush } from '../router/push-file.ts';
import { endOf, type RouterEnd, wordsOf } from '../router/router-outcome.ts';
import { obstacleNow } from './recheck-site.ts';
import { CALLED_OFF, whyNotWell } from './verify-bgp.ts';

/** What a router's change depends on. */
export interface RouterChange {
  readonly size: StepSize;
  /** Neighbors that it must have again. */
  readonly expected: readonly ExpectedNeighbor[];
  /** Who carries the traffic. */
  readonly owner: ManagedRouter | undefined;
  /** Routers of the site that differ, besides. */
  readonly others: readonly string[];
}

/**
 * One router: new configuration with a timer that undoes it → its BGP back → no failover meanwhile → confirmed, or held until
 * all of its group are as far. Anything else brings the old configuration back, or leaves that to the timer.
 */
export async function pushRouter(
  plan: RouterPlan,
  change: RouterChange,
  journal: Journal,
  request: PushRequest,
  tools: PushTools,
): Promise<RouterEnd> {
  const { router, name } = plan;
  const { size, expected, owner } = change;
  const before = await obstacleNow(request, journal, owner, tools);
  if (before !== undefined) return { end: 'refused', says: `${name} keeps its configuration: ${before.says}.` };
  const applying = beginning(plan, change, tools);
  if (!(await journal.note({ applying, leasedUntil: tools.now() + leaseMs(size, tools) })))
    return { end: 'refused', says: `${name} keeps its configuration: another push has begun.` };

  const applied = await applyTo(plan, applying, size, tools);
  if ('end' in applied) return applied;
  const { revertsAt } = applied;
  const back = (why: string) => takeBack(router, { ...applying, state: 'held', undoneBy: revertsAt }, why, tools);

  const isCalledOff = async () => !(await journal.isOurs().catch(() => true));
  const unwell = await whyNotWell(router, expected, backWithinMs(size, tools), isCalledOff, tools);
  if (unwell !== undefined) return back(unwell);
  const meanwhile = await obstacleNow(request, journal, undefined, tools);
  // A commit now would reset the sessions of the router that has just been given the traffic.
  const givenTraffic = router !== owner && meanwhile?.seen !== undefined && takesTraffic(meanwhile.seen, router);
  if (meanwhile !== undefined && !givenTraffic) return back(meanwhile.says);
  const unwritten = await whyNotNoted(journal, { ...applying, state: request.hold ? 'held' : 'confirming' });
  if (unwritten !== undefined) return back(unwritten);
  return request.hold ? held(name, revertsAt) : keep(router, { ...applying, undoneBy: revertsAt }, tools);
}

/** Nothing is kept that nobody could find out about. */
async function whyNotNoted(journal: Journal, applying: PendingChange): Promise<string | undefined> {
  try {
    return (await journal.note({ applying })) ? undefined : CALLED_OFF;
  } catch (error) {
    return `the journal cannot be written: ${clauseOf(error)}`;
  }
}

/** As the journal has it before the router is touched. */
function beginning(
  { name, wanted, commands }: RouterPlan,
  { size, others }: RouterChange,
  tools: PushTools,
): PendingChange {
  return {
    router: name,
    attempt: tools.run,
    state: 'applying',
    undoneBy: tools.now() + revertsWithinMs(size, tools),
    commands: commands.length,
    lines: wanted,
    others,
  };
}

/** @returns how it ended, where it did; otherwise by when it has its old configuration again, ms since the epoch */
async function applyTo(
  { router, name, commands, found }: RouterPlan,
  applying: PendingChange,
  size: StepSize,
  tools: PushTools,
): Promise<RouterEnd | { readonly revertsAt: number }> {
  const { at = 0, boot = { id: '', uptime: 0 }, base = '', ours = [], running = [], same } = found ?? {};
  const notAfter = Math.ceil(boot.uptime + (tools.now() - at + BEGIN_WITHIN_MS) / 1000);
  const file = packPush(commands.length > 0 ? commands : [same ?? ''], ours, running, { id: boot.id, notAfter });
  if (file === undefined)
    return { end: 'refused', says: `${name}: its ${commands.length} commands do not fit into one.` };
  const answer = await apply(router, applying, { file, base, undoAfterS: undoAfterS(size, tools) }, tools);
  if (answer.outcome === 'refused')
    return { end: 'refused', says: `${name}: ${answer.says}. It keeps its old configuration.` };
  if (answer.outcome === 'silent' && answer.neverRan === true)
    return { end: 'refused', says: `${name} was not reached: ${answer.why}. It keeps its old configuration.` };
  if (answer.outcome === 'busy') {
    const end = await takeBack(router, applying, `it is busy (${answer.says})`, tools);
    const says = `${name} is busy: ${answer.says}. It keeps its old configuration.`;
    return end.end === 'undone' ? { end: 'refused', says } : end;
  }
  if (answer.outcome !== 'applied')
    return endOf(answer, name) ?? takeBack(router, applying, `it did not say how it went (${wordsOf(answer)})`, tools);
  const revertsAt = tools.now() + answer.undoInS * 1000 + undoWithinMs(size.commands, tools);
  tools.log.info(`${name} has its new configuration, to be undone unless confirmed`, { revertsAt });
  return { revertsAt };
}

export function held(name: string, revertsAt: number): RouterEnd & { readonly end: 'held' } {
  const until = utcTime(revertsAt);
  const says = `${name} runs its new configuration and is well. Unless it is confirmed, it has its old one by ${until}.`;
  return { end: 'held', says, revertsAt };
}

function takesTraffic(seen: Observation, router: ManagedRouter): boolean {
  return holdsRoutes(seen, router) || seen.stored.unfinished?.to === router.eni;
}
