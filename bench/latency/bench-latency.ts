import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { thisMachine } from '#bench/machine.ts';
import type { LabOptions } from '#bench/options.ts';
import { runTrial } from '#bench/outage/run-trial.ts';
import type { Recording } from '#bench/outage/trial.ts';
import { raiseOriginal, raiseOurs, type Way } from '#bench/outage/ways.ts';
import { LEASE_SETTLED_MS, SAME_OUTAGE_MS } from '#failover/limits.ts';
import { frrVersion } from '#lab/daemons.ts';
import { whyNot, whyNotEncrypted } from '#lab/requirements.ts';
import { ARMS, type Arm, labelOf } from './arms.ts';
import { keepLatency } from './keep.ts';
import { setPhases } from './phases.ts';
import { PROFILES } from './profiles.ts';
import { type LatencyReport, resultOf } from './report.ts';
import { showLatency } from './show.ts';

const DEFAULT_REPEAT = 5;
/** A failure that follows the last swap sooner counts as the same outage, to which hold-down applies. */
const APART_MS = SAME_OUTAGE_MS + 5_000;
/** `makeWhole` moves the routes back, and a confirmed report so soon after a swap reads EC2's facts again. */
const AFTER_SWAP_MS = LEASE_SETTLED_MS + 2_000;

/**
 * Fails the active router of both designs under every latency profile.
 *
 * @returns what belongs on stdout
 * @throws Error where no lab can run, with what is missing
 */
export async function benchLatency(
  { repeat = DEFAULT_REPEAT, plain, detectors, json, save: keep }: LabOptions,
  showProgress: (line: string) => void,
): Promise<string> {
  const reason = whyNot() ?? (plain ? undefined : whyNotEncrypted());
  if (reason !== undefined) throw new Error(reason);
  showProgress(`this will take about ${2 + 6 * repeat} min`);
  const ways: Way[] = [];
  try {
    ways.push(await raiseOurs('benchours', !plain, (line) => showProgress(`vyos-failover: ${line}`), { detectors }));
    ways.push(await raiseOriginal('benchoriginal', !plain, (line) => showProgress(`original: ${line}`)));
    const recordings = await measure(ways, repeat, showProgress);
    const report: LatencyReport = {
      schema: 'vyos-failover.bench-latency/1',
      at: new Date().toISOString(),
      machine: thisMachine(),
      conditions: await conditionsOf(ways, !plain),
      profiles: PROFILES,
      results: ARMS.map((arm) => resultOf(arm, recordings.get(arm) ?? [])),
    };
    if (keep) keepLatency(report);
    return json ? `${JSON.stringify(report)}\n` : showLatency(report);
  } finally {
    for (const way of ways) await way.close();
  }
}

/** All combinations in each round, so that a slow minute of the machine affects all of them. */
async function measure(
  ways: readonly Way[],
  repeat: number,
  showProgress: (line: string) => void,
): Promise<ReadonlyMap<Arm, readonly Recording[]>> {
  const recordings = new Map<Arm, Recording[]>(ARMS.map((arm) => [arm, []]));
  const nextAt = new Map<Way, number>();
  for (let round = 1; round <= repeat; round++) {
    for (const arm of ARMS) {
      const way = ways.find(({ name }) => name === arm.way);
      if (way === undefined) throw new Error(`${arm.way} was not raised`);
      if (arm.phases !== null) setPhases(way.lab.plan, arm.phases);
      await way.lab.makeWhole();
      await sleep(Math.max(AFTER_SWAP_MS, (nextAt.get(way) ?? 0) - Date.now()));
      const recording = await runTrial(way, 'router', Math.random(), arm);
      nextAt.set(way, recording.failedAt + APART_MS);
      recordings.get(arm)?.push(recording);
      const { outageMs } = recording.trial;
      showProgress(
        `${round} of ${repeat}: ${arm.latency}, ${labelOf(arm)}: ${outageMs === null ? 'no end' : `${outageMs} ms`}`,
      );
    }
  }
  return recordings;
}

async function conditionsOf([ours]: readonly Way[], encrypted: boolean): Promise<LatencyReport['conditions']> {
  if (ours === undefined) throw new Error('nothing was raised');
  const { topology, sites } = ours.lab.plan;
  return {
    encrypted,
    bfd: topology.bfd,
    confirmMs: sites[0]?.site.confirmMs ?? 0,
    detectors: sites[0]?.site.detectors ?? [],
    frr: await frrVersion(),
    load: loadavg()[0] ?? 0,
  };
}
