import { readFileSync } from 'node:fs';
import { median, rounded } from '#bench/statistics.ts';
import { readAssembly } from '#emulator/assembly.ts';
import { namesOf } from '#infra/names.ts';
import { loadTopology } from '#topology/load.ts';
import type { MemoryReport, MemoryTimes } from '../report.ts';
import { cpuQuotas, PERIOD_MS } from './cpu-quotas.ts';
import { usdAMonth } from './price.ts';
import { cpuShareOf, SIZES_MB } from './sizes.ts';
import { type MemoryTestbed, memoryTrial } from './trial.ts';

/** Measures all sizes in each round, so that a slow minute of the machine affects all of them. */
export async function measureMemory(
  example: string,
  assembly: string,
  repeat: number,
  showProgress: (line: string) => void,
): Promise<MemoryReport> {
  const quotas = cpuQuotas();
  if (typeof quotas === 'string') return { skipped: quotas };
  const { topology } = loadTopology(readFileSync(example, 'utf8'), example);
  const [cold, warm] = topology?.sites ?? [];
  if (topology === undefined || cold === undefined || warm === undefined)
    throw new Error(`${example} has no two sites`);
  const testbed: MemoryTestbed = { topology, sites: [cold, warm], assembly, quotas };
  const runs = new Map<number, MemoryTimes[]>(SIZES_MB.map((mb) => [mb, []]));
  for (let round = 1; round <= repeat; round += 1) {
    showProgress(`sizes of memory: round ${round} of ${repeat}`);
    for (const mb of SIZES_MB) runs.get(mb)?.push(await memoryTrial(mb, testbed));
  }
  const stack = namesOf(topology, warm).stack;
  const deployed = (await readAssembly(assembly, warm.region)).find(({ name }) => name === stack);
  if (deployed === undefined) throw new Error(`${example} made no stack ${stack}`);
  const sizes = SIZES_MB.map((mb) => {
    const own = runs.get(mb) ?? [];
    const middle = medianOf(own);
    const { routeSwap, healthProbe } = usdAMonth(mb, middle, warm, deployed.template);
    return {
      mb,
      cpu: rounded(cpuShareOf(mb), 2),
      runs: own,
      median: middle,
      usdAMonth: { routeSwap: rounded(routeSwap, 2), healthProbe: rounded(healthProbe, 2) },
    };
  });
  return { periodMs: PERIOD_MS, sizes };
}

function medianOf(runs: readonly MemoryTimes[]): MemoryTimes {
  const of = (name: keyof MemoryTimes) => rounded(median(runs.map((run) => run[name])));
  return {
    initMs: of('initMs'),
    coldSuspectedMs: of('coldSuspectedMs'),
    coldConfirmedMs: of('coldConfirmedMs'),
    suspectedMs: of('suspectedMs'),
    confirmedMs: of('confirmedMs'),
    askMs: of('askMs'),
    contactMs: of('contactMs'),
    coldProbeMs: of('coldProbeMs'),
    probeMs: of('probeMs'),
    routeSwapMb: of('routeSwapMb'),
    healthProbeMb: of('healthProbeMb'),
  };
}
