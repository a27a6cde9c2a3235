/** The parts of an entry that the page and the table have in common, without their form. */
import { counted } from '../output/counted.ts';
import { utcTime } from '../output/time.ts';
import type { AroundView, RunView } from './report-view.ts';
import type { RouteView } from './routes.ts';

/** Routes that are shown one by one; `report --json` has all that are recorded. */
const ROUTES_SHOWN = 60;

/** @returns undefined: the entry has no routes */
export function shownRoutes({
  routes,
  routeCount,
}: RunView): { readonly caption: string; readonly shown: readonly RouteView[] } | undefined {
  if (routes.length === 0) return undefined;
  const shown = routes.slice(0, ROUTES_SHOWN);
  const total = routeCount ?? routes.length;
  const more = total > shown.length ? `; ${total - shown.length} more are not shown` : '';
  const moved = routes.filter((route) => route.moved).length;
  return { caption: `${counted(total, 'managed route')}, ${moved} moved${more}`, shown };
}

export function routeResult({ moved, error }: RouteView): string {
  return error ?? (moved ? 'moved' : 'unchanged');
}

export function decisionTitle({ kind }: RunView): string {
  return kind === 'push' ? 'Result' : 'Decision';
}

export function decisionLines({ diagnosis, rule, outcome, reason, says, policy, version }: RunView): readonly string[] {
  return [
    ...(diagnosis === null ? [] : [`Diagnosis: ${diagnosis}`]),
    `Result: ${outcome} (${reason}). ${says}`,
    ...(rule === null ? [] : [`Rule: ${rule}.`]),
    ...(policy.length === 0 ? [] : [`Policy: ${policy.join(', ')}`]),
    ...(version === null ? [] : [`Functions of version ${version}`]),
  ];
}

/** What is shown of an entry without a detail; undefined: it has one, or entries of its kind have none. */
export function withoutDetail({ detailed, kind }: RunView): string | undefined {
  if (detailed || (kind !== 'swap' && kind !== 'push')) return undefined;
  return 'This entry has no detail: a function of an earlier version wrote it, or the detail could not be written.';
}

export const WOULD_CHANGE = 'What would have changed it';

/** Each condition with its decision and reason; a sentence where there is none; undefined: the entry has no decision. */
export function wouldChangeOf({
  wouldChange,
  detailed,
  kind,
}: RunView): string | readonly (readonly [condition: string, decision: string, reason: string])[] | undefined {
  if (!detailed || kind !== 'swap') return undefined;
  if (wouldChange === null)
    return 'Not known: the rules of this version of the command line decide otherwise on the recorded observation.';
  if (wouldChange.length === 0) return 'None of the conditions that were tried.';
  return wouldChange.map((each) => [`If ${each.condition}`, `${each.kind} (${each.reason})`, each.says] as const);
}

export const NOTHING_AROUND = 'The history of all sites has no other entry within 10 minutes.';

export function aroundCaption(site: string): string {
  return `Other entries of all sites within 10 minutes of those of ${site}`;
}

/** Time, site, detector, outcome and description of the entries around an incident that are no part of it. */
export function aroundRows(around: readonly AroundView[]): readonly (readonly string[])[] {
  return around
    .filter(({ isPart }) => !isPart)
    .map(({ at, site, detector, outcome, reason, says }) => [
      utcTime(Date.parse(at)),
      site,
      detector,
      `${outcome} (${reason})`,
      says,
    ]);
}
