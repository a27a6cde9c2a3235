import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { NAIVE_WAYS, type NaiveName, warmNaiveClient } from '#bench/swap/naive-ways.ts';
import { siteOfRoutes } from '#bench/swap/site-of-routes.ts';
import { tallyOf } from '#bench/swap/tally.ts';
import { routesOf } from '#bench/swap/testbed.ts';
import { accountOf, eniOf } from '#demo/account-of-topology.ts';
import { awsLimits } from '#emulator/ec2/throttle.ts';
import { startEmulator } from '#emulator/start.ts';

const site = siteOfRoutes(3);
const { region, routers } = site.tokyo;
const eni = eniOf(routers.standby);

/** @param bucket how many writes of each kind EC2 takes; it does not refill while the test runs */
async function play(way: NaiveName, bucket = 50) {
  const emulator = await startEmulator({
    account: accountOf(site.topology, () => undefined),
    ec2: { throttle: { ...awsLimits, mutating: { size: bucket, refill: 1e-6 } } },
  });
  onTestFinished(() => emulator.close());
  const ec2 = await warmNaiveClient(emulator, region);
  const began = Date.now();
  const from = emulator.happenings.length;
  await NAIVE_WAYS[way](ec2, routesOf(site), eni);
  const calls = emulator.happenings.slice(from);
  const actions = calls.flatMap((each) => (each.kind === 'call' ? [each.action] : []));
  return { actions, ...tallyOf(calls, { routes: routesOf(site), eni, began, ended: Date.now() }) };
}

// The SDK's backoff would make the test wait, and shows nothing that is ours.
beforeEach(() => void vi.stubEnv('AWS_MAX_ATTEMPTS', '1'));
afterEach(() => void vi.unstubAllEnvs());

describe('the naive ways', () => {
  it.each(['sequential', 'unpaced'] as const)('%s: one ReplaceRoute for each route', async (way) => {
    expect(await play(way)).toMatchObject({
      actions: ['ReplaceRoute', 'ReplaceRoute', 'ReplaceRoute'],
      moved: 3,
      routeSecondsWithout: 0,
    });
  });

  it('delete-create: takes each route away before it makes it anew', async () => {
    const { actions, moved, routeSecondsWithout } = await play('delete-create');
    expect(actions).toEqual(['DeleteRoute', 'CreateRoute', 'DeleteRoute', 'CreateRoute', 'DeleteRoute', 'CreateRoute']);
    expect(moved).toBe(3);
    expect(routeSecondsWithout).toBeGreaterThan(0);
  });

  it.each(['sequential', 'unpaced'] as const)('%s: leaves behind what EC2 refuses, and goes on', async (way) => {
    expect(await play(way, 2)).toMatchObject({
      writes: 3,
      throttled: 1,
      moved: 2,
      notMoved: 1,
      lost: 0,
      lastMovedMs: null,
    });
  });
});
