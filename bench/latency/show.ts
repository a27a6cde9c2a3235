import { type Measure, type Spread, spreadOf, unended } from '#bench/outage/report.ts';
import type { Stages, Trial } from '#bench/outage/trial.ts';
import { median } from '#bench/statistics.ts';
import { renderTable } from '#bench/table.ts';
import { labelOf } from './arms.ts';
import { OPERATIONS, type Operation, PROFILE_NAMES } from './profiles.ts';
import type { LatencyReport, LatencyResult } from './report.ts';

const MEASURES = {
  detectedMs: 'detected',
  suspectedMs: 'suspected',
  reportedMs: 'reported',
  movedMs: 'routes moved',
} as const;

export const STAGE_LABELS: Readonly<Record<keyof Stages, string>> = {
  bfd: 'BFD',
  watcher: 'watcher',
  worker: 'worker',
  confirm: 'confirm',
  post: 'post',
  start: 'start',
  observe: 'observe',
  lease: 'lease',
  replace: 'replace',
};

/** Three tables: the outages, what they consist of, and the profiles. */
export function showLatency(report: LatencyReport): string {
  const { conditions, machine, results } = report;
  const { encrypted, bfd, confirmMs, detectors, frr, load } = conditions;
  return [
    'The active router fails. Seconds after the failure, min / median / max; the outage is the longest time between two replies.',
    '',
    renderTable(
      ['profile', 'design', 'trials', ...Object.values(MEASURES), 'OUTAGE', '÷ original'],
      results.map((result) => outageRow(result, results)),
      2,
    ),
    '',
    'What the time until the last moved route consists of: milliseconds, medians.',
    '',
    renderTable(
      ['profile', 'design', ...Object.values(STAGE_LABELS)],
      results.filter(({ way }) => way === 'ours').map(stageRow),
      2,
    ),
    '',
    'The profiles: milliseconds, median / 99th percentile (lognormal).',
    '',
    renderTable(
      ['operation', ...PROFILE_NAMES],
      (Object.keys(OPERATIONS) as Operation[]).map((operation) => profileRow(operation, report)),
      1,
    ),
    '',
    `real: FRR ${frr}, Serf, ${encrypted ? 'strongSwan (ESP in userland), ' : ''}our programs, packets · detectors: ${detectors.join(', ')}; BFD ${bfd.intervalMs} ms × ${bfd.multiplier}, confirmed for ${confirmMs} ms · emulated: AWS`,
    `${machine.cores} × ${machine.cpu}, shared; load ${load.toFixed(1)}; Node ${machine.node}`,
    '',
  ].join('\n');
}

function outageRow(result: LatencyResult, all: readonly LatencyResult[]): string[] {
  const { latency, trials } = result;
  const original = all.find((each) => each.way === 'original' && each.latency === latency);
  const [own, theirs] = [medianOf(trials, 'outageMs'), medianOf(original?.trials ?? [], 'outageMs')];
  const open = unended(trials);
  return [
    latency,
    labelOf(result),
    open === 0 ? String(trials.length) : `${trials.length} (${open} without an end)`,
    ...(Object.keys(MEASURES) as Measure[]).map((measure) => seconds(spreadOf(trials, measure))),
    seconds(spreadOf(trials, 'outageMs')),
    own === undefined || theirs === undefined ? '–' : (own / theirs).toFixed(2),
  ];
}

function stageRow(result: LatencyResult): string[] {
  const stages = result.trials.flatMap((trial) => (trial.stages === undefined ? [] : [trial.stages]));
  const names = Object.keys(STAGE_LABELS) as (keyof Stages)[];
  const cells = names.map((name) =>
    stages.length === 0 ? '–' : String(Math.round(median(stages.map((each) => each[name])))),
  );
  return [result.latency, labelOf(result), ...cells];
}

function profileRow(operation: Operation, { profiles }: LatencyReport): string[] {
  const cells = PROFILE_NAMES.map((name) => {
    const { p50Ms, p99Ms } = profiles[name][operation];
    return p99Ms === 0 ? '–' : `${p50Ms} / ${p99Ms}`;
  });
  return [OPERATIONS[operation].label, ...cells];
}

function medianOf(trials: readonly Trial[], measure: Measure): number | undefined {
  return spreadOf(trials, measure)?.median;
}

function seconds(value: Spread | null): string {
  return value === null ? '–' : [value.min, value.median, value.max].map((ms) => (ms / 1000).toFixed(2)).join(' / ');
}
