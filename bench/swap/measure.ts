import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '#demo/synth.ts';
import type { NaiveName } from './naive-ways.ts';
import { type Round, sideBySide } from './plan.ts';
import type { SwapRun, WayName } from './report.ts';
import { runNaive } from './run-naive.ts';
import { runOurs } from './run-ours.ts';
import { type SiteOfRoutes, siteOfRoutes } from './site-of-routes.ts';
import { type Conditions, startTestbed } from './testbed.ts';

type Runs = Record<WayName, SwapRun[]>;

/** The ways that take their time, in the order in which they run. */
const SLOW: readonly WayName[] = ['ours', 'sequential', 'delete-create'];

/**
 * Moves so many routes in every way, so often; each time in a fresh account with a full bucket.
 *
 * @param showProgress gets a line of progress
 */
export async function measure(
  { routes, repeat }: Round,
  conditions: Conditions,
  showProgress: (line: string) => void,
): Promise<{ readonly routes: number; readonly runs: Runs }> {
  const site = siteOfRoutes(routes);
  const runs: Runs = { ours: [], sequential: [], unpaced: [], 'delete-create': [] };
  showProgress(`${routes} routes: synthesizing the stacks`);
  const assembly = await assemblyOf(site);
  try {
    for (let round = 1; round <= repeat; round += 1) {
      showProgress(`${routes} routes, round ${round} of ${repeat}`);
      const one = async (way: WayName) => {
        runs[way].push(await run(way, site, assembly, conditions, `${routes} routes, round ${round}, ${way}`));
      };
      await one('unpaced');
      if (sideBySide(routes)) await Promise.all(SLOW.map(one));
      else for (const way of SLOW) await one(way);
    }
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
  return { routes, runs };
}

async function run(
  way: WayName,
  site: SiteOfRoutes,
  assembly: string,
  conditions: Conditions,
  seed: string,
): Promise<SwapRun> {
  const testbed = await startTestbed(site, { assembly: way === 'ours' ? assembly : undefined, conditions, seed });
  try {
    return await (isNaive(way) ? runNaive(way, testbed) : runOurs(testbed));
  } finally {
    await testbed.emulator.close();
  }
}

function isNaive(way: WayName): way is NaiveName {
  return way !== 'ours';
}

async function assemblyOf({ text }: SiteOfRoutes): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vyos-failover-bench-'));
  const file = join(directory, 'topology.yaml');
  try {
    writeFileSync(file, text);
    return await synthesize(file);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
