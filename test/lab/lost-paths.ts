import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { SitePlan } from '#lab/plan.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { logOf, probeUntil, swapsOf, trafficFlows } from './lab-under-test.ts';

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
    expect(await lab().owners()).toHaveLength(1);
    expect(await trafficFlows(lab())).toBe(true);
  });

  it('moves the routes once, however often it comes and goes, and not again within hold-down', async () => {
    const virginia = lab().plan.sites[1] as SitePlan;
    const swaps = swapsOf(lab(), virginia);
    const moved = async () => String(await lab().owners(virginia)) === 'virginia-2';
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
    expect(await moved()).toBe(true);
    expect(swapsOf(lab(), virginia) - swaps).toBe(1);
    expect(await trafficFlows(lab())).toBe(true);
  });
}
