import { counted } from '../output/counted.ts';
import { renderTable } from '../output/table.ts';
import { utcTime } from '../output/time.ts';
import type { ReportView, RunView } from './report-view.ts';
import { seconds } from './summary.ts';
import { LANES } from './timeline-event.ts';
import { whenText } from './witnesses.ts';

/** The report for a terminal: what, why, how long, then each event with its time. @param columns width of the terminal */
export function textOf(report: ReportView, columns?: number): string {
  const { site, id, at, outcome, what, why, howLong, next, runs } = report;
  return [
    what,
    `${outcome}, site ${site}, recorded ${utcTime(Date.parse(at))}, id ${id}`,
    `Why: ${why}`,
    `How long: ${howLong.ms === null ? '' : `${seconds(howLong.ms)}: `}${howLong.says}`,
    ...next.map((line) => `Afterwards: ${line}`),
    ...runs.map((run) => `\n${runText(run, columns)}\n`),
  ].join('\n');
}

function runText(
  { events, outcome, reason, arrivedAt, witnesses, change }: RunView,
  columns: number | undefined,
): string {
  const head = `${outcome} (${reason}), 0 is ${utcTime(Date.parse(arrivedAt))}`;
  const rows = LANES.flatMap((lane) =>
    events
      .filter((event) => event.lane === lane)
      .map(({ says, startMs, tookMs }) => [`${startMs} ms`, tookMs === null ? '–' : `${tookMs} ms`, lane, says]),
  );
  const heard = witnesses.map((each) => [each.who, each.about, whenText(each), each.says]);
  return [
    head,
    renderTable(['START', 'TOOK', 'BY', 'EVENT'], rows, columns),
    ...changeText(change),
    ...(heard.length === 0 ? [] : ['', renderTable(['WITNESS', 'ABOUT', 'WHEN', 'STATEMENT'], heard, columns)]),
  ].join('\n');
}

function changeText(change: RunView['change']): readonly string[] {
  if (change === null) return [];
  const { router, commands, commandCount, programs } = change;
  if (programs !== null) {
    const agent = programs.agent === null ? '' : `; SSM agent: ${programs.agent}`;
    return ['', `Programs of ${router}: ${programs.before}, then ${programs.after}${agent}`];
  }
  if (commandCount === null) return [];
  const more = commandCount - commands.length;
  return [
    '',
    `${counted(commandCount, 'command')} on ${router}, keys by their names:`,
    ...commands.map((line) => `  ${line}`),
    ...(more > 0 ? [`  … ${more} more`] : []),
  ];
}
