import { askForStep, type PushStep } from '../ask/config-push.ts';
import type { SitePushView } from '../output/config-view.ts';
import { type Pushing, pushTogether } from './push-together.ts';
import { listed, namesOf, type Planned, type Step, tunnelName } from './steps.ts';

/** How a push came out: what each of its steps led to, until one did not end well. */
interface Ended {
  readonly step: Step;
  readonly results: readonly PushStep[];
}

/**
 * Step by step, until one does not end well.
 *
 * @param planned of the sites that have something to do
 * @param before their views
 */
export async function pushSteps(
  planned: readonly Planned[],
  steps: readonly Step[],
  before: readonly SitePushView[],
  pushing: Pushing,
): Promise<SitePushView[]> {
  const finished = await finishInterrupted(planned, pushing);
  const ended: Ended[] = [];
  for (const step of steps) {
    if ([...finished.values()].some(isBad) || ended.some(({ results }) => results.some(isBad))) break;
    pushing.cli.io.stderr.write(`${listed(namesOf(step))}${step.routers.length === 1 ? '' : ', together'}…\n`);
    ended.push({ step, results: await go(step, pushing) });
  }
  return before.map((view) => viewAfter(view, finished.get(view.site), ended));
}

async function go(step: Step, pushing: Pushing): Promise<PushStep[]> {
  const [first, ...others] = step.routers;
  if (first === undefined) return [];
  if (others.length > 0) return pushTogether(step.routers, pushing);
  const result = await askForStep(first, pushing);
  pushing.progress(first.where.site.name, result);
  return [result];
}

/** Where only the end of an earlier push is missing. */
async function finishInterrupted(planned: readonly Planned[], pushing: Pushing): Promise<Map<string, PushStep>> {
  const results = new Map<string, PushStep>();
  for (const { where, plan } of planned) {
    if (plan.routers.some(({ commands }) => commands.length > 0)) continue;
    results.set(where.site.name, await askForStep({ where, plan }, pushing));
  }
  return results;
}

function viewAfter(view: SitePushView, finished: PushStep | undefined, ended: readonly Ended[]): SitePushView {
  if (view.outcome !== 'planned') return view;
  const here = ended.flatMap(({ step, results }) =>
    step.routers.flatMap(({ where, router }, index) => {
      const result = results[index];
      return where.site.name === view.site && result !== undefined
        ? [{ step, results, router: router.name, result }]
        : [];
    }),
  );
  const pushed = here.filter(({ result }) => result.outcome === 'pushed').map(({ router }) => router);
  const remaining = view.remaining.filter((router) => !pushed.includes(router));
  const bad = here.find(({ result }) => isBad(result));
  const after = { ...view, pushed, remaining };
  if (bad !== undefined) {
    const { outcome, reason, says } = bad.result;
    return { ...after, outcome, reason, says: `${says}${leftApart(bad.step, bad.results)}` };
  }
  if (finished !== undefined) return { ...after, ...pick(finished) };
  const has = `${listed(pushed)} ${pushed.length === 1 ? 'has its' : 'have their'} new configuration.`;
  const apart = here.map(({ step, results }) => leftApart(step, results)).join('');
  if (remaining.length === 0) return { ...after, outcome: 'pushed', reason: 'pushed', says: `${has}${apart}` };
  const why = ended.flatMap(({ step, results }) =>
    step.routers.flatMap(({ where }, index) => (isBad(results[index]) ? [where.site.name] : [])),
  );
  const rest = `Not begun: ${listed([...new Set(why)])} did not end well.`;
  const says = pushed.length === 0 ? rest : `${has}${apart} The rest: ${rest}`;
  return { ...after, outcome: 'not-begun', reason: 'not-begun', says };
}

/** One end was confirmed and the other one was not: nobody can exclude it, so it is said, with the way out. */
function leftApart(step: Step, results: readonly PushStep[]): string {
  const names = namesOf(step);
  const kept = names.filter((_, index) => results[index]?.outcome === 'pushed');
  const others = names.filter((name) => !kept.includes(name));
  if (kept.length === 0 || others.length === 0) return '';
  const between = listed(
    step.tunnels.filter((ends) => new Set(ends.map((end) => kept.includes(end))).size === 2).map(tunnelName),
  );
  const isSure = !results.some(({ outcome }) => outcome === 'unknown');
  const [down, not] = isSure ? ['is down', 'not'] : ['may be down', 'perhaps not'];
  const again = isSure ? `that changes ${listed(others)} alone` : 'when it answers again';
  return ` ${between} ${down}: ${listed(kept)} has the new configuration, ${listed(others)} ${not}. Push again: ${again}.`;
}

function isBad(result: PushStep | undefined): boolean {
  return result !== undefined && result.outcome !== 'pushed' && result.outcome !== 'unchanged';
}

function pick({ outcome, reason, says }: PushStep): Pick<PushStep, 'outcome' | 'reason' | 'says'> {
  return { outcome, reason, says };
}
