import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { instanceOf } from '#demo/account-of-topology.ts';
import { wayBetween } from '#lab/ping.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { areTold, pingDuring, probeUntil, swapsOf, targetsOf, toldIn, trafficFlows } from './lab-under-test.ts';

/** Silence alone is no proof of death for 90 s; what EC2 says is. It would take half a minute to take it back. */
export function stoppedInstances(lab: () => RaisedLab): void {
  it('move no routes if it is the standby’s, and operators are notified that it cannot take over', async () => {
    const { plan, here, emulator } = lab();
    const [swaps, told] = [swapsOf(lab(), here), toldIn(lab(), here).length];
    const { sent, received } = await pingDuring(wayBetween(plan, undefined, undefined), async () => {
      await lab().break('tokyo-2', 'router');
      emulator.ec2.lifecycle.stop(here.site.region, instanceOf(here.site.routers.standby));
      // Long enough for Serf to notice, too.
      await sleep(9_000);
    });
    expect(sent - received).toBeLessThanOrEqual(5);
    expect(await probeUntil(lab(), here, () => areTold(lab(), here, /tokyo-2 could not take over/, told))).toBe(true);
    expect(await lab().owners()).toEqual(['tokyo-1']);
    expect(swapsOf(lab(), here)).toBe(swaps);
    expect(await trafficFlows(lab())).toBe(true);
  });

  it('move no routes if it is both routers’, and operators are notified', async () => {
    const { here } = lab();
    const before = targetsOf(lab(), here);
    const told = toldIn(lab(), here).length;
    for (const name of ['tokyo-1', 'tokyo-2']) await lab().break(name, 'router');
    lab().stopInstances();
    expect(await probeUntil(lab(), here, () => areTold(lab(), here, /refused/i, told))).toBe(true);
    expect(targetsOf(lab(), here)).toEqual(before);
  });
}
