import { spreadOf } from '#bench/outage/report.ts';
import type { Failure } from '#bench/outage/trial.ts';
import { renderTable } from '#bench/table.ts';
import { type FalseAlarmsReport, type SettingsReport, sumOf, wrongSwaps } from './report.ts';

export function showFalseAlarms({ settings, machine, encrypted }: FalseAlarmsReport): string {
  return [
    'No router fails: every report and every swap is a false alarm.',
    '',
    ...settings.flatMap((each) => [...detail(each), '']),
    'What the settings cost when a failure is real (seconds, median / max), and wrong swaps in all of the above:',
    '',
    renderTable(
      ['BFD', 'confirmed for', 'router down', 'uplink down', 'wrong ≤ 10 %, ≤ 1 s', 'wrong beyond'],
      settings.map(summary),
      2,
    ),
    '',
    `real: FRR, Serf, ${encrypted ? 'strongSwan, ' : ''}our programs, packets · emulated: AWS · ${machine.cores} × ${machine.cpu}, shared; Node ${machine.node}`,
    '',
  ].join('\n');
}

const HEAD = ['disturbance', 'times', 'BFD down', 'Serf: failed', 'vetoed', 'reports', 'swaps'];

function detail(settings: SettingsReport): string[] {
  const rows = settings.rows.map((row) => [
    row.label,
    String(row.exposures.length),
    ...(['bfdDown', 'serfFailed', 'vetoed', 'reports', 'swaps'] as const).map((field) => String(sumOf(row, field))),
  ]);
  const by = settings.detectors === undefined ? '' : ` (${settings.detectors.join(', ')})`;
  return [nameOf(settings).join(', confirmed for ') + by, '', renderTable(HEAD, rows, 1)];
}

function summary(settings: SettingsReport): string[] {
  return [
    ...nameOf(settings),
    outage(settings, 'router'),
    outage(settings, 'uplink'),
    String(wrongSwaps(settings, false)),
    String(wrongSwaps(settings, true)),
  ];
}

function nameOf({ bfd, confirmMs }: SettingsReport): [string, string] {
  return [`BFD ${bfd.intervalMs} ms × ${bfd.multiplier}`, `${confirmMs} ms`];
}

function outage({ outages }: SettingsReport, failure: Failure): string {
  const spread = spreadOf(
    outages.filter((trial) => trial.failure === failure),
    'outageMs',
  );
  return spread === null ? '–' : `${(spread.median / 1000).toFixed(2)} / ${(spread.max / 1000).toFixed(2)}`;
}
