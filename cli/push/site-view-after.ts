import type { PushPlan } from '#contracts/push-plan.ts';
import type { RouterState } from '#contracts/push-result.ts';
import { utcTime } from '../output/time.ts';
import type { SitePushView } from '../views/push-view.ts';
import { type Answer, isBad } from './push-steps.ts';
import { NOT_ANSWERED } from './request-outcome.ts';
import { hasPushedConfig, type RouterStates } from './router-states.ts';
import { routersWith } from './site-view-before.ts';
import { listed } from './steps.ts';

/** How a push ended, for the view of a site. */
interface PushEnd {
  readonly plan: PushPlan;
  /** Of all sites, in order. */
  readonly answers: readonly Answer[];
  /** From earlier rounds. */
  readonly earlier: readonly Answer[];
  /** Of all routers, at the end. */
  readonly states: RouterStates;
  readonly isInterrupted: boolean;
}

/** The view of a site after the push. */
export function siteViewAfter(view: SitePushView, ended: PushEnd): SitePushView {
  const { plan, answers, earlier, states } = ended;
  const isHere = ({ site }: Answer) => site === view.site;
  const here = answers.filter(isHere).map((answer) => withTimeOf(answer, states));
  const all = [...earlier.filter(isHere), ...here].map(({ step }) => step);
  const names = plan.routers.map(({ name }) => name);
  const remaining = names.filter((name) => !hasPushedConfig(states.get(name)));
  const confirmed = all.flatMap(({ outcome, router }) =>
    outcome === 'pushed' && router !== undefined ? [router] : [],
  );
  const pushed = [...new Set(confirmed)].filter((name) => !remaining.includes(name));
  const settled = all.flatMap(({ settled: done }) => (done === undefined ? [] : [done.says]));
  const after = { ...view, routers: routersWith(plan, states), pushed, remaining, settled };
  return { ...after, ...outcomeAt(after, here, ended) };
}

/** Replaces the bound in a sentence by the router's own time, where it was read since. */
function withTimeOf(answer: Answer, states: RouterStates): Answer {
  const says = answer.step.routers.reduce((text, { name, revertsAt }) => {
    const now = states.get(name)?.revertsAt;
    return now === undefined || revertsAt === undefined ? text : text.replaceAll(utcTime(revertsAt), utcTime(now));
  }, answer.step.says);
  return { ...answer, step: { ...answer.step, says } };
}

function outcomeAt(
  { pushed, remaining }: SitePushView,
  here: readonly Answer[],
  { answers, earlier, states, isInterrupted }: PushEnd,
): Pick<SitePushView, 'outcome' | 'reason' | 'says'> {
  const has =
    pushed.length === 0
      ? ''
      : `${listed(pushed)} ${pushed.length === 1 ? 'has its' : 'have their'} new configuration. `;
  if (remaining.length === 0) {
    return pushed.length === 0
      ? { outcome: 'unchanged', reason: 'unchanged', says: 'The routers have the pushed configuration.' }
      : { outcome: 'pushed', reason: 'pushed', says: has.trim() };
  }
  const all = [...earlier, ...answers];
  const bad = here.find(isBad);
  if (isInterrupted) {
    const end = bad === undefined || bad.step.reason === NOT_ANSWERED ? '' : ` ${bad.step.says}`;
    // The step whose answer Ctrl-C abandoned says so itself.
    const cause = end.startsWith(' Interrupted.') ? end.trim() : `Interrupted.${end}`;
    return { outcome: 'interrupted', reason: 'interrupted', says: `${has}${cause}${unclear(remaining, bad, states)}` };
  }
  if (bad !== undefined) {
    const end = failed(bad, remaining, states);
    return { ...end, says: `${has}${all.some(isPushed) ? end.says.replace(NOTHING, '') : end.says}` };
  }
  const why = [...new Set(answers.filter(isBad).map(({ site }) => site))];
  if (why.length > 0) {
    const rest = has === '' ? '' : 'The other routers: ';
    const says = `${has}${rest}Not begun: the push failed at ${listed(why)}.${unclear(remaining, bad, states)}`;
    return { outcome: 'not-begun', reason: 'not-begun', says };
  }
  const lost = `${listed(remaining)} ${remaining.length === 1 ? 'does' : 'do'} not have the pushed configuration now`;
  const says = `All steps succeeded, but ${lost}: another push changed it, or it was rolled back.`;
  return { outcome: 'superseded', reason: 'superseded', says: `${says}${unclear(remaining, bad, states)}` };
}

/** True for a step; for a push only if no earlier step changed anything. */
const NOTHING = / Nothing was changed\.$/;

function isPushed({ step: { outcome } }: Answer): boolean {
  return outcome === 'pushed';
}

/** An unknown state may be known since: the router was read again. */
function failed(
  bad: Answer,
  remaining: readonly string[],
  states: RouterStates,
): Pick<SitePushView, 'outcome' | 'reason' | 'says'> {
  const { outcome, reason, says, router } = bad.step;
  const state = router === undefined ? undefined : states.get(router);
  if (outcome === 'unknown' && state?.runs === 'old' && state.boots === 'old' && state.revertsAt === undefined)
    return { outcome: 'undone', reason: 'router-undone', says: `${says} ${router} runs its old configuration.` };
  // The router reported that it applied nothing, and it did.
  if (reason === 'router-refused' && state?.revertsAt !== undefined)
    return { outcome: 'unknown', reason, says: `${says.replace(NOTHING, '')} But${clauseOn(state).join('')}` };
  return { outcome, reason, says: `${says}${unclear(remaining, bad, states)}` };
}

/** States that are unknown or will change by timer, where the answer does not mention them. */
function unclear(remaining: readonly string[], bad: Answer | undefined, states: RouterStates): string {
  const isSaid = (name: string) => bad?.step.router === name && bad.step.reason !== NOT_ANSWERED;
  return remaining
    .filter((name) => !isSaid(name))
    .flatMap((name) => clauseOn(states.get(name)))
    .join('');
}

function clauseOn(state: RouterState | undefined): string[] {
  if (state === undefined) return [];
  const { name, runs, revertsAt } = state;
  const until = revertsAt === undefined ? '' : `; an unconfirmed configuration is rolled back by ${utcTime(revertsAt)}`;
  if (runs === 'unknown') return [` The configuration of ${name} is unknown${until}.`];
  return revertsAt === undefined ? [] : [` ${name} runs its ${runs} configuration${until}.`];
}
