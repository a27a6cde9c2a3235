import type { Machine } from '#bench/machine.ts';
import type { Trial } from '#bench/outage/trial.ts';
import type { DetectionSettings } from '#bench/outage/ways.ts';
import type { SiteDetector } from '#topology/topology.ts';
import type { Disturbance } from './disturbances.ts';
import type { Exposure } from './exposure.ts';

/** The contract of `bench -- false-alarms --json` and of docs/bench/false-alarms.json: fields are only ever added. */
export interface FalseAlarmsReport {
  readonly schema: 'vyos-failover.bench-false-alarms/1';
  /** ISO 8601. */
  readonly at: string;
  readonly machine: Machine;
  readonly encrypted: boolean;
  readonly settings: readonly SettingsReport[];
}

export interface SettingsReport extends DetectionSettings {
  /** Undefined: serf and bfd. */
  readonly detectors?: readonly SiteDetector[];
  readonly rows: readonly Row[];
  /** What the same settings cost when a failure is real. */
  readonly outages: readonly Trial[];
}

export interface Row extends Pick<Disturbance, 'kind' | 'label' | 'forMs' | 'beyondTarget'> {
  readonly exposures: readonly Exposure[];
}

export function sumOf(row: Row, field: keyof Exposure): number {
  return row.exposures.reduce((sum, exposure) => sum + exposure[field], 0);
}

/** Wrong swaps of what detectors should bear, and of what is beyond that. */
export function wrongSwaps({ rows }: SettingsReport, beyondTarget: boolean): number {
  return rows.filter((row) => row.beyondTarget === beyondTarget).reduce((sum, row) => sum + sumOf(row, 'swaps'), 0);
}
