import { routerDiffView, type SitePushView } from '../output/config-view.ts';
import { impossible, type Planned, type Step } from './steps.ts';

/** What would come of it, before anybody is asked. */
export function viewBefore({ where: { site }, plan }: Planned): SitePushView {
  const { routers, obstacle, interrupted } = plan;
  const remaining = routers.filter(({ commands }) => commands.length > 0).map(({ name }) => name);
  const view = { site: site.name, routers: routers.map((each) => routerDiffView(each, plan)), pushed: [], remaining };
  const refusal = obstacle ?? routers.find(({ problem }) => problem !== undefined)?.problem;
  if (refusal !== undefined)
    return { ...view, outcome: 'refused', reason: refusal.reason, says: `Not now: ${refusal.says}.` };
  if (remaining.length > 0 || interrupted !== undefined) {
    const says =
      remaining.length > 0 ? `${remaining.join(', then ')} would change.` : 'Only the end of the last push is missing.';
    return { ...view, outcome: 'planned', reason: 'different', says };
  }
  return { ...view, outcome: 'unchanged', reason: 'unchanged', says: 'The routers have what they should.' };
}

/** Where routers would have to change together that may not. */
export function refusedWith(steps: readonly Step[]): (view: SitePushView) => SitePushView {
  return (view) => {
    const here = steps.filter(({ routers }) => routers.some(({ where }) => where.site.name === view.site));
    const fault = here.map(impossible).find((why) => why !== undefined);
    return fault === undefined || view.outcome !== 'planned'
      ? view
      : { ...view, outcome: 'refused', reason: 'cannot-be-together', says: `Not so: ${fault}. Nothing was changed.` };
  };
}

/** The person at the terminal said no. */
export function declined(view: SitePushView): SitePushView {
  return view.outcome === 'planned' ? { ...view, outcome: 'declined', says: 'Nothing was done.' } : view;
}

/** Something else came in between. */
export function notBegun(why: string): (view: SitePushView) => SitePushView {
  return (view) =>
    view.outcome === 'planned'
      ? { ...view, outcome: 'not-begun', reason: 'not-begun', says: `Not begun: ${why}.` }
      : view;
}
