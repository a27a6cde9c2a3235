import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { SitePlan } from '#lab/plan.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { waitUntil } from '#lab/run.ts';
import { logOf, probeUntil, swapsOf, targetsOf, trafficFlows } from './lab-under-test.ts';

export function lostPaths(lab: () => RaisedLab): void {
  it('causes a detour if it is the active router’s uplink: the routes stay, and operators are notified', async () => {
    await lab().break('tokyo-1', 'uplink');
    expect(await trafficFlows(lab())).toBe(true);
    const isTold = () =>
      logOf(lab(), lab().here).some((line) => line.includes('its traffic takes a detour over tokyo-2'));
    expect(await probeUntil(lab(), lab().here, isTold)).toBe(true);
    await lab().probe(lab().here);
    expect(await lab().owners()).toEqual(['tokyo-1']);
    expect(await trafficFlows(lab())).toBe(true);
  });

  it('leaves one owner, and traffic, when the routers of a pair do not see each other', async () => {
    await lab().break('tokyo', 'partition');
    // Long enough for Serf to give up, too.
    await sleep(12_000);
    await lab().probe(lab().here);
    // A swap in progress shows both for a moment: each speaks for itself, and nothing holds Tokyo's swaps down.
    const hasOneOwner = async () => (await lab().owners()).length === 1;
    expect(await waitUntil(hasOneOwner, { withinMs: 5_000 })).toBe(true);
    expect(await trafficFlows(lab())).toBe(true);
  });

  it('moves no route, however often it comes and goes', async () => {
    const virginia = lab().plan.sites[1] as SitePlan;
    const swaps = swapsOf(lab(), virginia);
    const before = targetsOf(lab(), virginia);
    for (const _ of [1, 2, 3]) {
      await lab().break('virginia-1', 'uplink');
      expect(await trafficFlows(lab())).toBe(true);
      for (const _round of [1, 2]) await lab().probe(virginia);
      await lab().mend('virginia-1', 'uplink');
      await lab().becomesWell();
    }
    expect(targetsOf(lab(), virginia)).toEqual(before);
    expect(swapsOf(lab(), virginia) - swaps).toBe(0);
    expect(await trafficFlows(lab())).toBe(true);
  });
}
