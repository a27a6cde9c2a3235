import { renderTable } from '#bench/table.ts';
import {
  MEASURES,
  type Measure,
  type OutageReport,
  type OutageResult,
  type Spread,
  spreadOf,
  unended,
} from './report.ts';
import type { Failure } from './trial.ts';
import type { WayName } from './ways.ts';

export const FAILURE_LABELS: Readonly<Record<Failure, string>> = {
  router: 'router down',
  uplink: 'uplink down',
};

export const WAY_LABELS: Readonly<Record<WayName, string>> = {
  ours: 'vyos-failover',
  original: 'original (2014)',
};

const MEASURE_LABELS: Readonly<Record<Measure, string>> = {
  detectedMs: 'detected',
  suspectedMs: 'suspected',
  reportedMs: 'reported',
  movedMs: 'routes moved',
  nearMs: 'pair’s own way',
  farMs: 'far side’s way',
  outageMs: 'OUTAGE',
};

const HEAD = ['what', 'design', 'trials', ...MEASURES.map((measure) => MEASURE_LABELS[measure]), '÷ original'];

export function showOutage({ results, conditions, machine }: OutageReport): string {
  const { encrypted, bfd, confirmMs, detectors = ['serf', 'bfd'], frr = '8.4.4', load } = conditions;
  return [
    'Seconds after the failure, min / median / max. The outage is the longest time between two replies to pings every 10 ms.',
    '',
    renderTable(HEAD, results.map(row), 2),
    '',
    `real: FRR ${frr}, Serf, ${encrypted ? 'strongSwan (ESP in userland), ' : ''}our programs, packets · detectors: ${detectors.join(', ')}; BFD ${bfd.intervalMs} ms × ${bfd.multiplier}, confirmed for ${confirmMs} ms; the original has BGP 4/12 s and no BFD`,
    `emulated: AWS; ${awsSpeed(conditions)} · assumed: 300 ms for the original’s SSH login`,
    `${machine.cores} × ${machine.cpu}, shared; load ${load.toFixed(1)}; Node ${machine.node}`,
    '',
  ].join('\n');
}

/** Figures of the profile `lab` are those of every call. */
function awsSpeed({ latency = 'lab', start = 'warm', latencyMs, latencySigma }: OutageReport['conditions']): string {
  const speed =
    latency === 'lab'
      ? `a call takes ${latencyMs} ms (assumed; median, lognormal, sigma ${latencySigma})`
      : `latency profile ${latency}`;
  return start === 'cold' ? `${speed}; route-swap starts cold` : speed;
}

function row({ failure, way, trials, timesOriginal }: OutageResult): string[] {
  const open = unended(trials);
  return [
    FAILURE_LABELS[failure],
    WAY_LABELS[way],
    open === 0 ? String(trials.length) : `${trials.length} (${open} without an end)`,
    ...MEASURES.map((measure) => spread(spreadOf(trials, measure))),
    timesOriginal === null ? '–' : timesOriginal.toFixed(2),
  ];
}

function spread(value: Spread | null): string {
  return value === null ? '–' : [value.min, value.median, value.max].map((ms) => (ms / 1000).toFixed(2)).join(' / ');
}
