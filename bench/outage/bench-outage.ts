import { loadavg } from 'node:os';
import { sigmaOf } from '#bench/latency/distribution.ts';
import { PROFILES } from '#bench/latency/profiles.ts';
import { thisMachine } from '#bench/machine.ts';
import type { OutageOptions } from '#bench/options.ts';
import { rounded } from '#bench/statistics.ts';
import { frrVersion } from '#lab/daemons.ts';
import { whyNot, whyNotEncrypted } from '#lab/requirements.ts';
import type { AwsConditions } from './aws-conditions.ts';
import { keepOutage } from './keep.ts';
import { type OutageReport, type Recorded, reportOf } from './report.ts';
import { runTrial } from './run-trial.ts';
import { showOutage } from './show.ts';
import { FAILURES, type Failure, type Recording } from './trial.ts';
import { raiseOriginal, raiseOurs, type Way } from './ways.ts';

const DEFAULT_REPEAT = 12;

/**
 * Raises both designs, breaks each of them in turn, and measures.
 *
 * @returns what belongs on stdout
 * @throws Error where no lab can run, with what is missing
 */
export async function benchOutage(
  { repeat = DEFAULT_REPEAT, plain, detectors, latency, cold, json, save: keep }: OutageOptions,
  showProgress: (line: string) => void,
): Promise<string> {
  if (keep && (latency !== 'lab' || cold))
    throw new Error(
      '--save stores the results of the profile lab with a warm function; bench -- latency --save stores all',
    );
  const reason = whyNot() ?? (plain ? undefined : whyNotEncrypted());
  if (reason !== undefined) throw new Error(reason);
  showProgress(`this will take about ${Math.ceil(2 + repeat)} min`);
  const ways: Way[] = [];
  try {
    ways.push(await raiseOurs('benchours', !plain, (line) => showProgress(`vyos-failover: ${line}`), { detectors }));
    ways.push(await raiseOriginal('benchoriginal', !plain, (line) => showProgress(`original: ${line}`)));
    const aws: AwsConditions = { latency, start: cold ? 'cold' : 'warm' };
    const recorded = await measure(ways, repeat, aws, showProgress);
    const report = reportOf(thisMachine(), await conditionsOf(ways, !plain, aws), new Date(), recorded);
    if (keep) keepOutage(report);
    return json ? `${JSON.stringify(report)}\n` : showOutage(report);
  } finally {
    for (const way of ways) await way.close();
  }
}

/** Both are healed at once, and then broken one after the other, so that neither disturbs the other's trial. */
async function measure(
  ways: readonly Way[],
  repeat: number,
  aws: AwsConditions,
  showProgress: (line: string) => void,
): Promise<Recorded[]> {
  const recordings = new Map<string, Recording[]>();
  const of = (way: Way, failure: Failure) => {
    const key = `${failure} ${way.name}`;
    const found = recordings.get(key) ?? [];
    recordings.set(key, found);
    return found;
  };
  for (let round = 1; round <= repeat; round++) {
    for (const failure of FAILURES) {
      await Promise.all(ways.map(({ lab }) => lab.makeWhole()));
      for (const way of ways) {
        const recording = await runTrial(way, failure, Math.random(), aws);
        of(way, failure).push(recording);
        const { outageMs } = recording.trial;
        showProgress(
          `${round} of ${repeat}: ${failure}, ${way.name}: ${outageMs === null ? 'no end' : `${outageMs} ms`}`,
        );
      }
    }
  }
  return FAILURES.flatMap((failure) => ways.map((way) => ({ failure, way: way.name, recordings: of(way, failure) })));
}

async function conditionsOf(
  [ours]: readonly Way[],
  encrypted: boolean,
  { latency, start }: AwsConditions,
): Promise<OutageReport['conditions']> {
  if (ours === undefined) throw new Error('nothing was raised');
  const { topology, sites } = ours.lab.plan;
  return {
    encrypted,
    latency,
    start,
    latencyMs: PROFILES[latency].replaceRoute.p50Ms,
    latencySigma: rounded(sigmaOf(PROFILES[latency].replaceRoute), 2),
    bfd: topology.bfd,
    confirmMs: sites[0]?.site.confirmMs ?? 0,
    detectors: sites[0]?.site.detectors ?? [],
    frr: await frrVersion(),
    load: loadavg()[0] ?? 0,
  };
}
