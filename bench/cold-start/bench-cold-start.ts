import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisMachine } from '#bench/machine.ts';
import type { CommonOptions } from '#bench/options.ts';
import { save, saveTable } from '#bench/save.ts';
import { median, rounded } from '#bench/statistics.ts';
import { synthesize } from '#demo/synth.ts';
import { readAssembly } from '#emulator/assembly.ts';
import { type Bundle, bundlesOf } from './bundles.ts';
import { importInProcess } from './import-in-process.ts';
import { measureMemory } from './memory/measure.ts';
import type { BundleReport, ColdStartReport, Measured, Run } from './report.ts';
import { showColdStart } from './show.ts';

const EXAMPLE = 'examples/tokyo-virginia.yaml';
const DEFAULT_REPEAT = { imports: 20, memory: 10 };

/** @returns what belongs on stdout */
export async function benchColdStart(
  { repeat, json, save: keep }: CommonOptions,
  showProgress: (line: string) => void,
): Promise<string> {
  const { imports, memory } = repeat === undefined ? DEFAULT_REPEAT : { imports: repeat, memory: repeat };
  showProgress(`this will take about ${Math.ceil((10 + imports * 3 + memory * 45) / 60)} min`);
  const scratch = mkdtempSync(join(tmpdir(), 'vyos-failover-cold-start-'));
  const assembly = await synthesize(EXAMPLE);
  try {
    // Sites differ in what is beside the code, not in the code.
    const [anySite] = await readAssembly(assembly, 'us-east-1');
    if (anySite === undefined) throw new Error(`${EXAMPLE} made no stack`);
    const report: ColdStartReport = {
      ...(await measureImports(bundlesOf(anySite, scratch), imports, showProgress)),
      memory: await measureMemory(EXAMPLE, assembly, memory, showProgress),
    };
    const table = showColdStart(report);
    if (keep) {
      save('cold-start.json', `${JSON.stringify(report, undefined, 2)}\n`);
      saveTable('cold-start', table);
    }
    return json ? `${JSON.stringify(report)}\n` : table;
  } finally {
    for (const directory of [scratch, assembly]) rmSync(directory, { recursive: true, force: true });
  }
}

/** In turns, so that whatever else the machine does falls on all of them alike. */
async function measureImports(
  bundles: readonly Bundle[],
  repeat: number,
  showProgress: (line: string) => void,
): Promise<Omit<ColdStartReport, 'memory'>> {
  const bare: Run[] = [];
  const runs = bundles.map((): Run[] => []);
  // The first process of each reads the files from the disk; that is not what differs between bundles on Lambda.
  for (let round = 0; round <= repeat; round += 1) {
    if (round > 0) showProgress(`imports: round ${round} of ${repeat}`);
    const empty = await importInProcess(undefined, {});
    if (round > 0) bare.push(empty);
    for (const [index, { entry, environment }] of bundles.entries()) {
      const run = await importInProcess(entry, environment);
      if (round > 0) runs[index]?.push(run);
    }
  }
  return reportOf(bundles, measured(bare), runs.map(measured));
}

function reportOf(
  bundles: readonly Bundle[],
  bareNode: Measured,
  all: readonly Measured[],
): Omit<ColdStartReport, 'memory'> {
  const found = bundles.map((bundle, index) => ({ ...bundle, ...(all[index] ?? measured([])) }));
  return {
    schema: 'vyos-failover.bench-cold-start/1',
    at: new Date().toISOString(),
    machine: thisMachine(),
    bareNode,
    bundles: found.map(({ function: name, bundling, bytes, ...times }): BundleReport => {
      const byDefault = found.find((other) => other.function === name && other.bundling === 'cdk-default') ?? times;
      return {
        function: name,
        bundling,
        bytes,
        timesCdkDefault: rounded(times.median.importMs / byDefault.median.importMs, 2),
        timesBareNode: rounded(times.median.processMs / bareNode.median.processMs, 2),
        runs: times.runs,
        median: times.median,
      };
    }),
  };
}

function measured(runs: readonly Run[]): Measured {
  return {
    runs,
    median: {
      importMs: rounded(median(runs.map(({ importMs }) => importMs))),
      processMs: rounded(median(runs.map(({ processMs }) => processMs))),
    },
  };
}
