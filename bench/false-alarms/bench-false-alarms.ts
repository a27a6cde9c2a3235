import { thisMachine } from '#bench/machine.ts';
import type { LabOptions } from '#bench/options.ts';
import { WARM_LAB } from '#bench/outage/aws-conditions.ts';
import { runTrial } from '#bench/outage/run-trial.ts';
import { FAILURES, type Trial } from '#bench/outage/trial.ts';
import { type DetectionSettings, raiseOurs, type Way } from '#bench/outage/ways.ts';
import { save, saveTable } from '#bench/save.ts';
import { whyNot, whyNotEncrypted } from '#lab/requirements.ts';
import { DISTURBANCES } from './disturbances.ts';
import { expose } from './exposure.ts';
import type { FalseAlarmsReport, Row, SettingsReport } from './report.ts';
import { showFalseAlarms } from './show.ts';

/** The defaults first; then what an operator may choose in their place. */
const SETTINGS: readonly DetectionSettings[] = [
  { bfd: { intervalMs: 50, multiplier: 6 }, confirmMs: 300 },
  { bfd: { intervalMs: 50, multiplier: 6 }, confirmMs: 1_000 },
  { bfd: { intervalMs: 100, multiplier: 3 }, confirmMs: 300 },
  { bfd: { intervalMs: 300, multiplier: 3 }, confirmMs: 1_000 },
];

const OUTAGES_EACH = 3;

/**
 * Disturbs a healthy pair, within and beyond what it must tolerate, under several settings.
 *
 * @returns what belongs on stdout
 * @throws Error where no lab can run, with what is missing
 */
export async function benchFalseAlarms(
  { repeat = 1, plain, detectors, json, save: keep }: LabOptions,
  showProgress: (line: string) => void,
): Promise<string> {
  const reason = whyNot() ?? (plain ? undefined : whyNotEncrypted());
  if (reason !== undefined) throw new Error(reason);
  const wanted = detectors === undefined ? SETTINGS : SETTINGS.slice(0, 1);
  showProgress(`this will take about ${wanted.length * (3 + 5 * repeat)} min`);
  const settings: SettingsReport[] = [];
  for (const each of wanted) settings.push(await measure(each, { repeat, encrypted: !plain, detectors }, showProgress));
  const report: FalseAlarmsReport = {
    schema: 'vyos-failover.bench-false-alarms/1',
    at: new Date().toISOString(),
    machine: thisMachine(),
    encrypted: !plain,
    settings,
  };
  if (keep) {
    save('false-alarms.json', `${JSON.stringify(report)}\n`);
    saveTable('false-alarms', showFalseAlarms(report));
  }
  return json ? `${JSON.stringify(report)}\n` : showFalseAlarms(report);
}

interface Conditions extends Pick<LabOptions, 'detectors'> {
  readonly repeat: number;
  readonly encrypted: boolean;
}

/** In a lab of their own. */
async function measure(
  detection: DetectionSettings,
  { repeat, encrypted, detectors }: Conditions,
  showProgress: (line: string) => void,
): Promise<SettingsReport> {
  const { bfd, confirmMs } = detection;
  showProgress(`BFD ${bfd.intervalMs} ms × ${bfd.multiplier}, confirmed for ${confirmMs} ms`);
  const way = await raiseOurs('benchalarms', encrypted, () => {}, { detection, detectors });
  try {
    await way.lab.makeWhole();
    const rows: Row[] = [];
    for (const disturbance of DISTURBANCES) {
      const exposures = [];
      for (let time = 0; time < repeat; time++) exposures.push(await expose(way.lab, disturbance));
      const { kind, label, forMs, beyondTarget } = disturbance;
      rows.push({ kind, label, forMs, beyondTarget, exposures });
      showProgress(
        `${label}: ${exposures.map(({ reports, swaps }) => `${reports} reports, ${swaps} swaps`).join('; ')}`,
      );
    }
    return { ...detection, detectors: way.lab.here.site.detectors, rows, outages: await realOutages(way) };
  } finally {
    await way.close();
  }
}

async function realOutages(way: Way): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (let time = 0; time < OUTAGES_EACH; time++) {
    for (const failure of FAILURES) {
      await way.lab.makeWhole();
      trials.push((await runTrial(way, failure, Math.random(), WARM_LAB)).trial);
    }
  }
  return trials;
}
