import { counted } from '../../output/counted.ts';
import { utcTime } from '../../output/time.ts';
import type { PushChange } from '../push-change.ts';
import type { ReportView, RunView } from '../report-view.ts';
import type { RouteView } from '../routes.ts';
import type { TimelineEvent } from '../timeline-event.ts';
import { type WitnessView, whenText } from '../witnesses.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { table } from './table.ts';
import { scaleOf, timelineTable } from './timeline-table.ts';

/** Routes that are shown one by one; `report --json` has all that are recorded. */
const ROUTES_SHOWN = 60;

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
  const caption = `${counted(runs.length, 'entry').replace('entrys', 'entries')} of ${site}; 0 is ${utcTime(start)}`;
  return html`<h2>The incident</h2>${timelineTable(caption, events, scaleOf(events))}`;
}

/** One entry: timeline, routes, witnesses, decision, and what would have changed it. */
export function runSections(run: RunView, at: number, of: number): Markup {
  const { arrivedAt, outcome, reason, events, detailed } = run;
  const scale = scaleOf(events);
  const isMoment = events.every(({ tookMs }) => tookMs === null);
  const origin = new Date(Date.parse(arrivedAt) + scale.from).toISOString().replace('T', ' ');
  const arrival = run.kind === 'push' ? 'the arrival of the request for the site' : 'the arrival of the trigger';
  const zero = scale.from < 0 ? "the failure's first notice" : arrival;
  const title = of === 1 ? 'Timeline' : `Entry ${at + 1} of ${of}: ${outcome} (${reason})`;
  return html`<h2>${title}</h2>
${detailed || (run.kind !== 'swap' && run.kind !== 'push') ? NOTHING : html`<p class="soft">This entry has no detail: a function of an earlier version wrote it, or the detail could not be written.</p>`}
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

function routes({ routes: all, routeCount }: RunView): Markup {
  if (all.length === 0) return NOTHING;
  const shown = all.slice(0, ROUTES_SHOWN);
  const total = routeCount ?? all.length;
  const more = total > shown.length ? `; ${total - shown.length} more are not shown` : '';
  const caption = `${counted(total, 'managed route')}, ${all.filter(({ moved }) => moved).length} moved${more}`;
  return html`<h3>Routes before and after</h3>${table(caption, ['Route', 'Before', 'After', 'Result'], shown.map(routeRow))}`;
}

function routeRow({ table: id, destination, before, after, moved, error }: RouteView): readonly (string | Markup)[] {
  const result = error === null ? (moved ? 'moved' : 'unchanged') : error;
  return [
    html`<code>${id} ${destination}</code>`,
    before,
    after,
    html`<span class="${error === null ? '' : 'bad'}">${result}</span>`,
  ];
}

function witnesses(all: readonly WitnessView[]): Markup {
  if (all.length === 0) return NOTHING;
  const rows = all.map((each) => [each.who, each.about, each.says, whenText(each), each.use]);
  return html`<h3>Witnesses</h3>${table('What each source said, and how long before the observation that the decision rests on', ['Source', 'About', 'Said', 'When', 'Use'], rows)}`;
}

function decision({ kind, diagnosis, rule, outcome, reason, says, policy, version }: RunView): Markup {
  const items = [
    ...(diagnosis === null ? [] : [html`<li>Diagnosis: ${diagnosis}</li>`]),
    html`<li>Result: ${outcome} (${reason}). ${says}</li>`,
    ...(rule === null ? [] : [html`<li>Rule: ${rule}.</li>`]),
    ...(policy.length === 0 ? [] : [html`<li>Policy: ${policy.join(', ')}</li>`]),
    ...(version === null ? [] : [html`<li>Functions of version ${version}</li>`]),
  ];
  return html`<h3>${kind === 'push' ? 'Result' : 'Decision'}</h3><ul>${items}</ul>`;
}

function wouldChange({ wouldChange: all, detailed, kind }: RunView): Markup {
  if (!detailed || kind !== 'swap') return NOTHING;
  if (all === null)
    return html`<h3>What would have changed it</h3><p class="soft">Not known: the rules of this version of the command line decide otherwise on the recorded observation.</p>`;
  const rows = all.map(({ condition, kind, reason, says }) => [`If ${condition}`, `${kind} (${reason})`, says]);
  if (rows.length === 0)
    return html`<h3>What would have changed it</h3><p class="soft">None of the conditions that were tried.</p>`;
  return html`<h3>What would have changed it</h3>${table('Each condition was put into the recorded observation, and the same rules decided again', ['Condition', 'Decision', 'Reason'], rows)}`;
}
