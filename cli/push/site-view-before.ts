import type { PushPlan } from '#contracts/push-plan.ts';
import { isoOf, routerDiffView } from '../views/config-view.ts';
import type { RouterPushView, SitePushView } from '../views/push-view.ts';
import { hasPushedConfig, type RouterStates, statesAtPlan } from './router-states.ts';
import { labelOf, listed, needsPush, type PlannedSite, type PushStep, whyImpossible } from './steps.ts';

/** The view of a site before the operator is asked. */
export function siteViewBefore({ where: { site }, plan }: PlannedSite, steps: readonly PushStep[]): SitePushView {
  const { routers, interrupted } = plan;
  const states = statesAtPlan(plan);
  const due = routers.filter(needsPush).map(labelOf);
  const left = routers.map(({ name }) => name).filter((name) => !hasPushedConfig(states.get(name)));
  const view = { site: site.name, routers: routersWith(plan, states), pushed: [], remaining: left, settled: [] };
  const refusal = refusalOf(plan, steps);
  if (refusal !== undefined)
    return { ...view, outcome: 'refused', reason: refusal.reason, says: `Not now: ${refusal.says}.` };
  if (due.length > 0) {
    return { ...view, outcome: 'planned', reason: 'different', says: `${due.join(', then ')} would change.` };
  }
  if (interrupted !== undefined) {
    return { ...view, outcome: 'planned', reason: 'different', says: 'Only the last push remains to be finished.' };
  }
  if (left.length > 0) {
    const says = `The routers run the pushed configuration; the boot configuration of ${listed(left)} could not be read.`;
    return { ...view, outcome: 'unknown', reason: 'boots-unknown', says };
  }
  return { ...view, outcome: 'unchanged', reason: 'unchanged', says: 'The routers have the pushed configuration.' };
}

/**
 * Why a push would be refused now.
 *
 * @param steps of the push. Default: nothing comes before
 */
export function refusalOf(plan: PushPlan, steps: readonly PushStep[] = []): PushPlan['refusal'] {
  const { refusal, obstacle, routers, interrupted } = plan;
  const problems = routers.map(({ name, problem }) => problem && { ...problem, router: name });
  const found = [refusal, obstacle, ...problems].find(
    (each) =>
      each !== undefined &&
      !(each.reason === 'pending' && isSettledFirst(each, interrupted)) &&
      !(each.reason === 'peer-unfit' && mayBeFitByThen(each, plan, steps)),
  );
  return found && { ...found, says: found.says.replace(/\.$/, '') };
}

/** The next push recovers an interrupted one before anything else. */
function isSettledFirst({ router }: NonNullable<PushPlan['refusal']>, interrupted: PushPlan['interrupted']): boolean {
  return router !== undefined && router === interrupted?.router;
}

/**
 * An earlier step changes the router that is not fit, or the far end of its tunnel, so fitness is only known then.
 */
function mayBeFitByThen(
  { router }: NonNullable<PushPlan['refusal']>,
  { routers }: PushPlan,
  steps: readonly PushStep[],
): boolean {
  const peer = routers.find(({ name }) => name !== router)?.name;
  const at = steps.findIndex((step) => step.routers.some((each) => each.router.name === router));
  return steps
    .slice(0, Math.max(at, 0))
    .some((step) => step.routers.some((each) => each.router.name === peer || each.router.tunnels.includes(peer ?? '')));
}

/** Refuses a site where routers would have to change together that never do. */
export function refusedWith(steps: readonly PushStep[]): (view: SitePushView) => SitePushView {
  return (view) => {
    const here = steps.filter(({ routers }) => routers.some(({ where }) => where.site.name === view.site));
    const fault = here.map(whyImpossible).find((why) => why !== undefined);
    return fault === undefined || view.outcome !== 'planned'
      ? view
      : {
          ...view,
          outcome: 'refused',
          reason: 'cannot-be-together',
          says: `Not possible: ${fault}. Nothing was changed.`,
        };
  };
}

/** The operator declined, or pressed Ctrl-C. */
export function declined(outcome: 'declined' | 'interrupted'): (view: SitePushView) => SitePushView {
  return (view) =>
    view.outcome === 'planned' ? { ...view, outcome, reason: outcome, says: 'Nothing was done.' } : view;
}

/** Another site prevents the push. */
export function notBegun(why: string): (view: SitePushView) => SitePushView {
  return (view) =>
    view.outcome === 'planned'
      ? { ...view, outcome: 'not-begun', reason: 'not-begun', says: `Not begun: ${why}.` }
      : view;
}

/** The routers with their states. */
export function routersWith(plan: PushPlan, states: RouterStates): RouterPushView[] {
  return plan.routers.map((router) => {
    const { runs = 'unknown', boots = 'unknown', revertsAt } = states.get(router.name) ?? {};
    return { ...routerDiffView(router, plan), runs, boots, revertsAt: isoOf(revertsAt) };
  });
}
