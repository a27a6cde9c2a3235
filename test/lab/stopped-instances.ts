import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { instanceOf } from '#demo/account-of-topology.ts';
import { wayBetween } from '#lab/ping.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { areTold, logOf, pingDuring, probeUntil, swapsOf, targetsOf, toldIn, trafficFlows } from './lab-under-test.ts';

const UNFIT = /tokyo-2 could not take over: its instance is stop/;

/** Silence alone is no proof of death for 90 s; what EC2 says is. It would take half a minute to take it back. */
export function stoppedInstances(lab: () => RaisedLab): void {
  // By now the messages of the hour may be held back for a digest.
  it('move no routes if it is the standby’s, and the probe finds that it cannot take over', async () => {
    const { plan, here, emulator } = lab();
    const [swaps, logged] = [swapsOf(lab(), here), logOf(lab(), here).length];
    const { sent, received } = await pingDuring(wayBetween(plan, undefined, undefined), async () => {
      await lab().break('tokyo-2', 'router');
      emulator.ec2.lifecycle.stop(here.site.region, instanceOf(here.site.routers.standby));
      // Long enough for Serf to notice, too.
      await sleep(9_000);
    });
    expect(sent - received).toBeLessThanOrEqual(5);
    const isFound = () =>
      logOf(lab(), here)
        .slice(logged)
        .some((line) => UNFIT.test(line));
    expect(await probeUntil(lab(), here, isFound)).toBe(true);
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
