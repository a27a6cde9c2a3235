import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eniOf } from '#demo/account-of-topology.ts';
import type { SitePlan } from '#lab/plan.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { waitUntil } from '#lab/run.ts';
import { logOf, probeUntil, swapsOf, targetsOf, trafficFlows } from './lab-under-test.ts';

export function lostPaths(lab: () => RaisedLab): void {
  it('is gone round by BGP alone when it is the active’s uplink, until the probe moves the routes', async () => {
    await lab().break('tokyo-1', 'uplink');
    expect(await trafficFlows(lab())).toBe(true);
    expect(await lab().owners()).toEqual(['tokyo-1']);

    await lab().probe(lab().here);
    await lab().probe(lab().here);
    expect(await lab().ownerIs('tokyo-2')).toBe(true);
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

  it('moves the routes once, however often it comes and goes, and not again within hold-down', async () => {
    const virginia = lab().plan.sites[1] as SitePlan;
    const swaps = swapsOf(lab(), virginia);
    // What is managed: routes that a test of pushes has made are not, until they are deployed.
    const moved = () => targetsOf(lab(), virginia).every((target) => target === eniOf(virginia.site.routers.standby));
    for (const _ of [1, 2, 3]) {
      await lab().break('virginia-1', 'uplink');
      expect(await trafficFlows(lab())).toBe(true);
      // Where safety is preferred its own last healthy word is a veto, for as long as it is fresh.
      expect(await probeUntil(lab(), virginia, moved)).toBe(true);
      await lab().mend('virginia-1', 'uplink');
      await lab().becomesWell();
      await lab().probe(virginia);
    }
    expect(swapsOf(lab(), virginia) - swaps).toBe(1);

    await lab().break('virginia-2', 'uplink');
    expect(await trafficFlows(lab())).toBe(true);
    const held = () => logOf(lab(), virginia).some((line) => line.includes('hold-down lasts another'));
    expect(await probeUntil(lab(), virginia, held)).toBe(true);
    expect(moved()).toBe(true);
    expect(swapsOf(lab(), virginia) - swaps).toBe(1);
    expect(await trafficFlows(lab())).toBe(true);
  });
}
