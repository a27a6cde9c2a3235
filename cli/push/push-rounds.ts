import type { PushPlan } from '#contracts/push-plan.ts';
import type { PushView, SitePushView } from '../views/push-view.ts';
import { mismatchedTunnels } from './mismatched-tunnels.ts';
import { type Answer, isBad, pushSteps } from './push-steps.ts';
import { isInterrupted, type PushContext } from './request-outcome.ts';
import { rereadRouters } from './reread-routers.ts';
import { hasWork, type Round, roundOf } from './round.ts';
import { hasPushedConfig, type RouterStates, statesAfter, statesAfterReading, statesAtPlan } from './router-states.ts';
import { stepView } from './show-plans.ts';
import { siteViewAfter } from './site-view-after.ts';
import { needsPush, type PlannedSite, type PushStep } from './steps.ts';

/**
 * Recovering an interrupted push can change the plan. Two rounds cover two interrupted pushes; more mean that another
 * operator pushes.
 */
const MOST_ROUNDS = 3;

/**
 * Runs the steps of an approved plan → reads what all routers run afterwards. If an interrupted push was recovered
 * first and the plan changed, the new plan is the next round, if the operator approves it.
 *
 * @param agree shows a plan and asks
 */
export async function pushRounds(
  first: Round,
  pushing: PushContext,
  agree: (round: Round) => Promise<boolean>,
): Promise<Omit<PushView, 'next'>> {
  const earlier: Answer[] = [];
  const begun: PushStep[] = [];
  for (let round = first, count = 1; ; count += 1) {
    const { planned, steps, views } = round;
    const todo = planned.filter((_, index) => views[index]?.outcome === 'planned');
    const answers = await pushSteps(todo, steps, pushing);
    const seen = await rereadRouters(planned, pushing);
    const states = statesOf(round, [...answers], seen);
    const next = count < MOST_ROUNDS ? nextRound(round, answers, states, seen) : undefined;
    const agreed = next === undefined ? undefined : await goesOn(round, next, pushing, agree);
    if (next !== undefined && agreed === true) {
      earlier.push(...answers);
      begun.push(...steps.filter((step) => isDone(step, answers)));
      round = next;
      continue;
    }
    const ended = { answers, earlier, states, isInterrupted: isInterrupted(pushing) };
    const sites = views.map((view, index) =>
      siteViewAfter(view, { plan: (planned[index] as PlannedSite).plan, ...ended }),
    );
    return {
      dryRun: false,
      steps: [...begun, ...steps].map(stepView),
      sites: sites.map((view, index) => (agreed === false ? notAgreed(view) : refusedNow(view, next?.views[index]))),
      down: mismatchedTunnels([...begun, ...steps], states),
    };
  }
}

/** @returns undefined: there can be no next round; false: the operator declined it */
async function goesOn(
  round: Round,
  next: Round,
  pushing: PushContext,
  agree: (round: Round) => Promise<boolean>,
): Promise<boolean | undefined> {
  const cannot = isInterrupted(pushing) || !hasWork(next) || next.views.some(({ outcome }) => outcome === 'refused');
  return cannot ? undefined : isSamePlan(next, round) || (await agree(next));
}

function isDone({ routers }: PushStep, answers: readonly Answer[]): boolean {
  return routers.every(({ router }) =>
    answers.some(({ step: { outcome, router: name } }) => name === router.name && outcome === 'pushed'),
  );
}

/** The recovery is shown beside it. */
function notAgreed(view: SitePushView): SitePushView {
  if (view.remaining.length === 0) return view;
  return { ...view, outcome: 'declined', reason: 'declined', says: 'Nothing else was done.' };
}

/** Why the next plan would be refused, where routers remain. */
function refusedNow(view: SitePushView, next: SitePushView | undefined): SitePushView {
  if (view.remaining.length === 0 || next?.outcome !== 'refused') return view;
  return { ...view, outcome: next.outcome, reason: next.reason, says: next.says };
}

function statesOf({ planned }: Round, answers: readonly Answer[], seen: ReadonlyMap<string, PushPlan>): RouterStates {
  return new Map(
    planned.flatMap(({ where, plan }) => {
      const here = answers.filter(({ site }) => site === where.site.name).map(({ step }) => step);
      const known = statesAfter(statesAtPlan(plan), here);
      const now = seen.get(where.site.name);
      return [...(now === undefined ? known : statesAfterReading(known, plan, now))];
    }),
  );
}

/** @returns undefined: nothing was recovered, nothing remains, or another reason prevents it */
function nextRound(
  { planned }: Round,
  answers: readonly Answer[],
  states: RouterStates,
  seen: ReadonlyMap<string, PushPlan>,
): Round | undefined {
  const isSettled = answers.some(({ step }) => step.settled !== undefined || step.reason === 'nothing-to-settle');
  const isOver = answers.some((each) => isBad(each) && !isOnlySettled(each));
  if (!isSettled || isOver || [...states.values()].every(hasPushedConfig)) return undefined;
  const plans = planned.flatMap(({ where }) => {
    const plan = seen.get(where.site.name);
    return plan === undefined ? [] : [{ where, plan }];
  });
  const isLeft = plans.some(({ plan }) => plan.interrupted?.router !== undefined);
  return plans.length === planned.length && !isLeft ? roundOf(plans) : undefined;
}

/** The outcome of the recovered push does not matter, once it has ended. */
function isOnlySettled({ step: { reason } }: Answer): boolean {
  return reason === 'plan-changed' || reason.startsWith('settled-');
}

/** The next plan has no change that was not approved, and the owners are the same. */
function isSamePlan(next: Round, { planned }: Round): boolean {
  return next.planned.every(({ plan }, index) => {
    const before = planned[index]?.plan;
    const isSame = ({ name, digest }: PushPlan['routers'][number]) =>
      before?.routers.some((other) => other.name === name && other.digest === digest) === true;
    return before?.owner === plan.owner && plan.routers.filter(needsPush).every(isSame);
  });
}
