import type { PendingChange } from '#contracts/push-journal.ts';
import type { PushRequest } from '#contracts/push-request.ts';
import { clauseOf } from '#failover/clause.ts';
import { holdsRoutes, type Observation } from '#failover/observation.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { confirmRouter, rollBack } from '../confirm/confirm-or-roll-back.ts';
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
import type { RouterPlan } from '../plan/router-plan.ts';
import type { PushPorts } from '../ports.ts';
import type { Journal } from '../record/journal.ts';
import { apply } from '../router/apply-config.ts';
import { packPush } from '../router/push-file.ts';
import { awaitingConfirmation, outcomeOf, type RouterOutcome, textOf } from '../router/router-outcome.ts';
import { whyNotContinue } from './recheck-site.ts';
import { CANCELLED, verifyBgp } from './verify-bgp.ts';

/** Conditions of one router's change. */
export interface RouterChange {
  readonly size: StepSize;
  /** Neighbors that must be Established again. */
  readonly expected: readonly ExpectedNeighbor[];
  /** The owner; undefined: unknown. */
  readonly owner: ManagedRouter | undefined;
  /** The other routers of the site that need a push. */
  readonly others: readonly string[];
}

/**
 * One router: apply the new configuration with a timer that rolls it back → verify BGP → check that no failover began
 * → confirm, or leave unconfirmed until its group is verified. On any other result the old configuration is restored,
 * here or by the timer.
 */
export async function pushRouter(
  plan: RouterPlan,
  change: RouterChange,
  journal: Journal,
  request: PushRequest,
  ports: PushPorts,
): Promise<RouterOutcome> {
  const { router, name } = plan;
  const { size, expected, owner } = change;
  const before = await whyNotContinue(request, journal, owner, ports);
  if (before !== undefined) return { end: 'refused', says: `${name} keeps its configuration: ${before.says}.` };
  ports.record.begin(name, plan.commands);
  const applying = pendingChange(plan, change, ports);
  if (!(await journal.recordIntent({ applying, leasedUntil: ports.now() + leaseMs(size, ports) })))
    return { end: 'refused', says: `${name} keeps its configuration: another push has begun.` };

  const applied = await applyConfig(plan, applying, size, ports);
  if ('end' in applied) return applied;
  const { revertsAt } = applied;
  const back = (why: string) => rollBack(router, { ...applying, state: 'held', undoneBy: revertsAt }, why, ports);

  const isCancelled = async () => !(await journal.isOurs().catch(() => true));
  const unwell = await ports.record.step(
    name,
    VERIFIES_BGP,
    () => verifyBgp(router, expected, backWithinMs(size, ports), isCancelled, ports),
    (why) => why,
  );
  if (unwell !== undefined) return back(unwell);
  const meanwhile = await whyNotContinue(request, journal, undefined, ports);
  // A commit now would reset the sessions of a router that has just become the owner.
  const givenTraffic =
    router !== owner && meanwhile?.observation !== undefined && takesTraffic(meanwhile.observation, router);
  if (meanwhile !== undefined && !givenTraffic) return back(meanwhile.says);
  const unwritten = await whyNotRecorded(journal, {
    ...applying,
    state: request.hold ? 'held' : 'confirming',
    ...ports.record.soFar(name),
  });
  if (unwritten !== undefined) return back(unwritten);
  return request.hold
    ? awaitingConfirmation(name, revertsAt)
    : confirmRouter(router, { ...applying, undoneBy: revertsAt }, ports);
}

/** Of a step. */
export const VERIFIES_BGP = 'waits until its BGP sessions are Established again, and proven';

/** A configuration is confirmed only after the journal says so: a later run must be able to find it. */
async function whyNotRecorded(journal: Journal, applying: PendingChange): Promise<string | undefined> {
  try {
    return (await journal.recordIntent({ applying })) ? undefined : CANCELLED;
  } catch (error) {
    return `the push's journal could not be written: ${clauseOf(error)}`;
  }
}

/** The journal's entry before the router is touched. */
function pendingChange(
  { name, desired, commands }: RouterPlan,
  { size, others }: RouterChange,
  ports: PushPorts,
): PendingChange {
  return {
    router: name,
    attempt: ports.run,
    state: 'applying',
    undoneBy: ports.now() + revertsWithinMs(size, ports),
    commands: commands.length,
    lines: desired,
    others,
    ...ports.record.soFar(name),
  };
}

/**
 * @returns the outcome if the attempt has ended; otherwise by when the router runs its old configuration again, ms
 * since the epoch
 */
async function applyConfig(
  { router, name, commands, reading }: RouterPlan,
  applying: PendingChange,
  size: StepSize,
  ports: PushPorts,
): Promise<RouterOutcome | { readonly revertsAt: number }> {
  const { at = 0, boot = { id: '', uptime: 0 }, base = '', ours = [], running = [], same } = reading ?? {};
  const notAfter = Math.ceil(boot.uptime + (ports.now() - at + BEGIN_WITHIN_MS) / 1000);
  const file = packPush(commands.length > 0 ? commands : [same ?? ''], ours, running, { id: boot.id, notAfter });
  if (file === undefined)
    return { end: 'refused', says: `${name}: its ${commands.length} commands do not fit into one SSM command.` };
  const answer = await apply(router, applying, { file, base, undoAfterS: undoAfterS(size, ports) }, ports);
  if (answer.outcome === 'refused')
    return { end: 'refused', says: `${name}: ${answer.says}. It keeps its old configuration.` };
  if (answer.outcome === 'silent' && answer.neverRan === true)
    return { end: 'refused', says: `${name} was not reached: ${answer.why}. It keeps its old configuration.` };
  if (answer.outcome === 'busy') {
    const end = await rollBack(router, applying, `it is busy (${answer.says})`, ports);
    const says = `${name} is busy: ${answer.says}. It keeps its old configuration.`;
    return end.end === 'undone' ? { end: 'refused', says } : end;
  }
  if (answer.outcome !== 'applied')
    return (
      outcomeOf(answer, name) ?? rollBack(router, applying, `it did not report the result (${textOf(answer)})`, ports)
    );
  const revertsAt = ports.now() + answer.undoInS * 1000 + undoWithinMs(size.commands, ports);
  ports.log.info(`${name} runs its new configuration, which is rolled back unless it is confirmed`, { revertsAt });
  return { revertsAt };
}

function takesTraffic(observation: Observation, router: ManagedRouter): boolean {
  return holdsRoutes(observation, router) || observation.stored.unfinished?.to === router.eni;
}
