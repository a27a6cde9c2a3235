import { counted } from '../output/counted.ts';
import { renderTable } from '../output/table.ts';
import { utcTime } from '../output/time.ts';
import { wrapWords } from '../output/wrap.ts';
import type { ReportView, RunView } from './report-view.ts';
import {
  aroundCaption,
  aroundRows,
  decisionLines,
  decisionTitle,
  NOTHING_AROUND,
  routeResult,
  shownRoutes,
  WOULD_CHANGE,
  withoutDetail,
  wouldChangeOf,
} from './run-parts.ts';
import { seconds } from './summary.ts';
import { LANES } from './timeline-event.ts';
import { whenText } from './witnesses.ts';

/** The report for a terminal, with all parts of the page. @param columns width of the terminal */
export function textOf(report: ReportView, columns?: number): string {
  const parts = [
    summaryText(report, columns),
    ...report.runs.flatMap((run, at) => runText(run, at, report.runs.length, columns)),
    aroundText(report, columns),
  ];
  return `${parts.join('\n\n')}\n`;
}

function summaryText({ site, id, at, outcome, what, why, howLong, next, runs }: ReportView, columns?: number): string {
  const rule = runs.find(({ says }) => says === why)?.rule ?? null;
  const figure = howLong.ms === null ? '' : seconds(howLong.ms);
  const took = howLong.says.startsWith(figure) ? howLong.says : `${figure}: ${howLong.says}`;
  const phases = howLong.phases.map(({ name, ms }) => `${name} ${seconds(ms)}`).join(', ');
  return lines(
    [
      what,
      `${outcome}, site ${site}, recorded ${utcTime(Date.parse(at))}, id ${id}`,
      `Why: ${why}`,
      ...(rule === null ? [] : [`Rule: ${rule}.`]),
      `How long: ${took}`,
      ...(phases === '' ? [] : [`Phases: ${phases}`]),
      ...next.map((line) => `Afterwards: ${line}`),
    ],
    columns,
  );
}

/** Timeline, routes, witnesses, decision, and what would have changed it. */
function runText(run: RunView, at: number, of: number, columns: number | undefined): readonly string[] {
  const { outcome, reason, says, arrivedAt } = run;
  const missing = withoutDetail(run);
  const head = [
    `${of === 1 ? '' : `Entry ${at + 1} of ${of}: `}${outcome} (${reason}), 0 is ${utcTime(Date.parse(arrivedAt))}`,
    ...(of === 1 ? [] : [says]),
    ...(missing === undefined ? [] : [missing]),
  ];
  return [
    lines(head, columns),
    eventsText(run, columns),
    ...changeText(run, columns),
    ...routesText(run, columns),
    ...witnessesText(run, columns),
    section(decisionTitle(run), lines(decisionLines(run), columns)),
    ...wouldChangeText(run, columns),
  ];
}

function eventsText({ events }: RunView, columns: number | undefined): string {
  const rows = LANES.flatMap((lane) =>
    events
      .filter((event) => event.lane === lane)
      .map(({ says, startMs, tookMs }) => [`${startMs} ms`, tookMs === null ? '–' : `${tookMs} ms`, lane, says]),
  );
  return renderTable(['START', 'TOOK', 'BY', 'EVENT'], rows, columns);
}

function changeText({ change }: RunView, columns: number | undefined): readonly string[] {
  if (change === null) return [];
  const { router, commands, commandCount, programs } = change;
  if (programs !== null) {
    const agent = programs.agent === null ? '' : `; SSM agent: ${programs.agent}`;
    return [lines([`Programs of ${router}: ${programs.before}, then ${programs.after}${agent}`], columns)];
  }
  if (commandCount === null)
    return [lines(['The commands are not recorded: a function of an earlier version began the push.'], columns)];
  if (commandCount === 0) return [lines([`${router} ran this configuration already, and saved it.`], columns)];
  const more = commandCount - commands.length;
  const shown = [...commands, ...(more > 0 ? [`… ${more} more`] : [])].map((line) => `  ${line}`);
  return [section(`${counted(commandCount, 'command')} on ${router}, keys by their names:`, shown.join('\n'))];
}

function routesText(run: RunView, columns: number | undefined): readonly string[] {
  const routes = shownRoutes(run);
  if (routes === undefined) return [];
  const rows = routes.shown.map((route) => [
    `${route.table} ${route.destination}`,
    route.before,
    route.after,
    routeResult(route),
  ]);
  const table = renderTable(['ROUTE', 'BEFORE', 'AFTER', 'RESULT'], rows, columns);
  return [section(lines([`Routes before and after: ${routes.caption}`], columns), table)];
}

function witnessesText({ witnesses }: RunView, columns: number | undefined): readonly string[] {
  if (witnesses.length === 0) return [];
  const rows = witnesses.map((each) => [
    each.who,
    each.about,
    whenText(each),
    `${each.says.replace(/\.$/, '')}; ${each.use}`,
  ]);
  return [section('Witnesses', renderTable(['WITNESS', 'ABOUT', 'WHEN', 'STATEMENT'], rows, columns))];
}

function wouldChangeText(run: RunView, columns: number | undefined): readonly string[] {
  const conditions = wouldChangeOf(run);
  if (conditions === undefined) return [];
  if (typeof conditions === 'string') return [section(WOULD_CHANGE, lines([conditions], columns))];
  return [section(WOULD_CHANGE, renderTable(['CONDITION', 'DECISION', 'REASON'], conditions, columns))];
}

function aroundText({ around, site }: ReportView, columns: number | undefined): string {
  const rows = aroundRows(around);
  if (rows.length === 0) return lines([NOTHING_AROUND], columns);
  const table = renderTable(['TIME', 'SITE', 'DETECTOR', 'OUTCOME', 'DESCRIPTION'], rows, columns);
  return section(lines([aroundCaption(site)], columns), table);
}

function section(title: string, content: string): string {
  return `${title}\n${content}`;
}

function lines(all: readonly string[], columns = Number.POSITIVE_INFINITY): string {
  return all.flatMap((line) => wrapWords(line, columns)).join('\n');
}
