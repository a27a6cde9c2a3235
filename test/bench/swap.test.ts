import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { measure } from '#bench/swap/measure.ts';
import { siteOfRoutes } from '#bench/swap/site-of-routes.ts';
import { synthesized } from '../stacks/synthesized.ts';

/** Its stacks are found by `measure`. */
async function synthesizeSiteOf(routes: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-topology-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'topology.yaml');
  writeFileSync(file, siteOfRoutes(routes).text);
  await synthesized(file);
}

it('moves the routes in every way, ours by the bundled function behind the API', async () => {
  await synthesizeSiteOf(3);
  const lines: string[] = [];
  const conditions = { latencyMs: 1, latencySigma: 0.5, others: 0 };
  const { runs } = await measure({ routes: 3, repeat: 1 }, conditions, (line) => lines.push(line));
  const moved = [expect.objectContaining({ moved: 3, notMoved: 0, throttled: 0 }) as unknown];
  expect(runs).toEqual({ ours: moved, sequential: moved, unpaced: moved, 'delete-create': moved });
  expect(runs.ours[0]).toMatchObject({ writes: 3, api: [{ status: 200, says: 'swapped: reported-by-survivor' }] });
  expect(runs['delete-create'][0]).toMatchObject({ writes: 6 });
  expect(lines).toEqual(['3 routes: synthesizing the stacks', '3 routes, round 1 of 1']);
}, 60_000);
