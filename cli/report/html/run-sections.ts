import { counted } from '../../output/counted.ts';
import { utcTime } from '../../output/time.ts';
import type { PushChange } from '../push-change.ts';
import type { ReportView, RunView } from '../report-view.ts';
import type { RouteView } from '../routes.ts';
import {
  decisionLines,
  decisionTitle,
  routeResult,
  shownRoutes,
  WOULD_CHANGE,
  withoutDetail,
  wouldChangeOf,
} from '../run-parts.ts';
import type { TimelineEvent } from '../timeline-event.ts';
import { type WitnessView, whenText } from '../witnesses.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { table } from './table.ts';
import { scaleOf, timelineTable } from './timeline-table.ts';

/** All entries of the incident on one scale; empty if there is only one. */
export function incidentTable({ runs, site }: ReportView): Markup {
  const [first] = runs;
  if (first === undefined || runs.length < 2) return NOTHING;
  const start = Date.parse(first.arrivedAt);
  const events = runs.map((run): TimelineEvent => {
    const offset = Date.parse(run.arrivedAt) - start;
    const took = Math.max(0, ...run.events.map((event) => event.startMs + (event.tookMs ?? 0)));
    const tone =
      run.outcome === 'swapped' ? 'good' : run.outcome === 'partial' || run.outcome === 'refused' ? 'bad' : 'neutral';
    return { lane: 'route-swap', says: `${run.outcome} (${run.reason})`, startMs: offset, tookMs: took, tone };
  });
  const caption = `${runs.length} entries of ${site}; 0 is ${utcTime(start)}`;
  return html`<h2>The incident</h2>${timelineTable(caption, events, scaleOf(events))}`;
}

/** One entry: timeline, routes, witnesses, decision, and what would have changed it. */
export function runSections(run: RunView, at: number, of: number): Markup {
  const { arrivedAt, outcome, reason, events } = run;
  const missing = withoutDetail(run);
  const scale = scaleOf(events);
  const isMoment = events.every(({ tookMs }) => tookMs === null);
  const origin = new Date(Date.parse(arrivedAt) + scale.from).toISOString().replace('T', ' ');
  const arrival = run.kind === 'push' ? 'the arrival of the request for the site' : 'the arrival of the trigger';
  const zero = scale.from < 0 ? "the failure's first notice" : arrival;
  const title = of === 1 ? 'Timeline' : `Entry ${at + 1} of ${of}: ${outcome} (${reason})`;
  return html`<h2>${title}</h2>
${missing === undefined ? NOTHING : html`<p class="soft">${missing}</p>`}
${of === 1 ? NOTHING : html`<p>${run.says}</p>`}
${isMoment ? html`<ul>${events.map(({ says }) => html`<li>${says}</li>`)}</ul>` : timelineTable(`To scale; 0 is ${zero}, ${origin}`, events, scale)}
${change(run.change)}${routes(run)}${witnesses(run.witnesses)}${decision(run)}${wouldChange(run)}`;
}

function change(pushed: PushChange | null): Markup {
  if (pushed === null) return NOTHING;
  const { router, commands, commandCount, programs } = pushed;
  if (programs !== null) {
    const agent = programs.agent === null ? [] : [['SSM agent', programs.agent]];
    const rows = [['Before', programs.before], ['Afterwards', programs.after], ...agent];
    return html`<h3>What was changed</h3>${table(`Programs of ${router}`, ['', 'Programs'], rows)}`;
  }
  if (commandCount === null)
    return html`<h3>What was changed</h3><p class="soft">The commands are not recorded: a function of an earlier version began the push.</p>`;
  if (commandCount === 0)
    return html`<h3>What was changed</h3><p>${router} ran this configuration already, and saved it.</p>`;
  const more = commandCount > commands.length ? `; ${commandCount - commands.length} more are not recorded` : '';
  const lines = commands.map(
    (line) => html`<code class="${line.startsWith('delete ') ? 'bad' : 'good'}">${line}</code>`,
  );
  return html`<h3>What was changed</h3><p class="soft">${counted(commandCount, 'command')} on ${router}${more}. Keys are shown by their names.</p><pre class="commands">${lines}</pre>`;
}

function routes(run: RunView): Markup {
  const routes = shownRoutes(run);
  if (routes === undefined) return NOTHING;
  const head = ['Route', 'Before', 'After', 'Result'];
  return html`<h3>Routes before and after</h3>${table(routes.caption, head, routes.shown.map(routeRow))}`;
}

function routeRow(route: RouteView): readonly (string | Markup)[] {
  const { table: id, destination, before, after, error } = route;
  return [
    html`<code>${id} ${destination}</code>`,
    before,
    after,
    html`<span class="${error === null ? '' : 'bad'}">${routeResult(route)}</span>`,
  ];
}

function witnesses(all: readonly WitnessView[]): Markup {
  if (all.length === 0) return NOTHING;
  const rows = all.map((each) => [each.who, each.about, each.says, whenText(each), each.use]);
  return html`<h3>Witnesses</h3>${table('What each source said, and how long before the observation that the decision rests on', ['Source', 'About', 'Said', 'When', 'Use'], rows)}`;
}

function decision(run: RunView): Markup {
  return html`<h3>${decisionTitle(run)}</h3><ul>${decisionLines(run).map((line) => html`<li>${line}</li>`)}</ul>`;
}

function wouldChange(run: RunView): Markup {
  const conditions = wouldChangeOf(run);
  if (conditions === undefined) return NOTHING;
  if (typeof conditions === 'string') return html`<h3>${WOULD_CHANGE}</h3><p class="soft">${conditions}</p>`;
  const caption = 'Each condition was put into the recorded observation, and the same rules decided again';
  return html`<h3>${WOULD_CHANGE}</h3>${table(caption, ['Condition', 'Decision', 'Reason'], conditions)}`;
}
