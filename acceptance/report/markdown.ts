import type { Durations } from '../events/measured-swap.ts';
import type { EventRecord, ReportDraft } from './report.ts';

const COLUMNS: readonly (readonly [keyof Durations, string])[] = [
  ['detect', 'detect'],
  ['report', 'report'],
  ['decide', 'decide'],
  ['journal', 'journal'],
  ['replace', 'ReplaceRoute'],
  ['readBack', 'read back'],
  ['dataPlane', 'data plane'],
  ['outage', 'outage'],
  ['lost', 'lost packets'],
];

/** A report for people: tables of all events, medians, versions, and what went wrong. Pure. */
export function reportMarkdown(report: ReportDraft): string {
  const { version, startedAt, endpoint, regions, instanceTypes, images, software, steps, events, problems } = report;
  const switchovers = events.filter(({ kind }) => kind === 'switchover');
  const wrong = [
    ...events.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`])),
    ...problems,
  ];
  return [
    '# Acceptance run',
    '',
    `vyos-failover ${version}, ${startedAt}, ${regions.join(' and ')}, ${instanceTypes.join(', ')}.`,
    ...(endpoint === null ? [] : ['', `**Not AWS**: an emulated one at ${endpoint}. The times say nothing about AWS.`]),
    '',
    ...list(
      'Images',
      Object.entries(images).map(([site, { id, name }]) => `${site}: ${id} (${name})`),
    ),
    ...list(
      'Routers',
      software.map(({ router, system, agent }) => `${router}: ${system}, SSM agent ${agent}`),
    ),
    ...list(
      'Steps',
      steps.map(({ name, tookMs }) => `${name}: ${Math.round(tookMs / 1000)} s`),
    ),
    ...latencyTable(report),
    '## Events',
    '',
    'All times in ms, `–`: not measured. *detect*: first lost packet to a router noticing the failure. *report*: to the arrival of its report. ' +
      '*decide*, *journal*, *ReplaceRoute*: to the decision, to its record, to EC2’s last answer. *read back*: to every route read at its target. ' +
      '*data plane*: EC2’s last answer to the sending of the first packet that arrives again. *outage*: first lost packet to that packet. ' +
      'Packets leave every 20 ms; one without an answer within 2 s is lost.',
    '',
    row(['event', 'trigger', ...COLUMNS.map(([, head]) => head)]),
    row(['---', '---', ...COLUMNS.map(() => '---:')]),
    ...events.map(eventRow),
    ...(switchovers.length === 0 ? [] : [medianRow(switchovers)]),
    '',
    ...notMeasured(events),
    ...list(
      'What status showed',
      events.flatMap(({ name, noticed }) => (noticed === null ? [] : [`${name}: ${noticed}`])),
    ),
    ...list('What went wrong', wrong.length === 0 ? ['nothing'] : wrong),
  ].join('\n');
}

/** API and data plane apart: the part of an outage that the rules and the routers cannot shorten. */
function latencyTable({ routeLatencies }: ReportDraft): string[] {
  if (routeLatencies.length === 0) return [];
  const rows = routeLatencies.flatMap(({ region, says, summary }) =>
    summary === null
      ? [row([region, says, '', '', '', ''])]
      : (['api', 'delay', 'switched'] as const).map((time) => {
          const { count, p50, p99, max } = summary[time];
          return row([region, LATENCIES[time], String(count), ...[p50, p99, max].map(number)]);
        }),
  );
  return [
    '## Latency of a route change',
    '',
    'In ms, measured by one instance with one clock in a VPC of its own; docs/route-latency.md.',
    '',
    row(['Region', 'time', 'flips', 'median', '99th percentile', 'maximum']),
    row(['---', '---', '---:', '---:', '---:', '---:']),
    ...rows,
    '',
  ];
}

const LATENCIES = {
  api: 'call → answer of ReplaceRoute',
  delay: 'answer → all packets at the new target',
  switched: 'call → all packets at the new target',
} as const;

function eventRow({ name, swap, durations }: EventRecord): string {
  const trigger = swap === null ? 'the routes did not move' : `${swap.detector}: ${swap.reason}`;
  return row([name, trigger, ...COLUMNS.map(([column]) => number(durations[column]))]);
}

function medianRow(events: readonly EventRecord[]): string {
  const middle = (column: keyof Durations) =>
    number(median(events.flatMap(({ durations }) => durations[column] ?? [])));
  return row([`**median of ${events.length} switchovers**`, '', ...COLUMNS.map(([column]) => middle(column))]);
}

function notMeasured(events: readonly EventRecord[]): string[] {
  const reasons = new Set(events.flatMap(({ traffic }) => (traffic.measured ? [] : [traffic.why])));
  return reasons.size === 0 ? [] : [`Traffic was not measured: ${[...reasons].join('; ')}.`, ''];
}

/** Of the measured values; null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
}

function number(value: number | null): string {
  return value === null ? '–' : String(Math.round(value));
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines.map((line) => `- ${line}`), ''];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
