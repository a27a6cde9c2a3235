import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { wayBetween } from '#lab/ping.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { pingDuring, trafficFlows } from './lab-under-test.ts';

export function deadRouters(lab: () => RaisedLab): void {
  it('loses its routes to the standby if it is the active one, and does not get them back when it returns', async () => {
    await lab().break('tokyo-1', 'router');
    expect(await lab().ownerIs('tokyo-2')).toBe(true);
    expect(await trafficFlows(lab())).toBe(true);

    await lab().heal();
    await lab().becomesWell();
    await lab().probe();
    await lab().probe();
    expect(await lab().owners()).toEqual(['tokyo-2']);
    expect(await trafficFlows(lab())).toBe(true);
  });

  it('gets them back by a failback with few lost pings', async () => {
    await lab().move('switchover', 'tokyo-2');
    expect(await lab().ownerIs('tokyo-2')).toBe(true);

    const way = wayBetween(lab().plan, undefined, undefined);
    const { sent, received } = await pingDuring(way, async () => {
      await sleep(1_000);
      expect(await lab().move('failback')).toMatchObject({ outcome: 'ok', payload: { outcome: 'swapped' } });
      await sleep(1_000);
    });
    expect(await lab().owners()).toEqual(['tokyo-1']);
    expect(received).toBeGreaterThan(50);
    expect(sent - received).toBeLessThanOrEqual(5);
  });

  it('keeps its routes until the standby reaches the API again after 20 s', async () => {
    await lab().break('tokyo-2', 'api');
    await lab().break('tokyo-1', 'router');
    await sleep(20_000);
    expect(await lab().owners()).toEqual(['tokyo-1']);

    await lab().mend('tokyo-2', 'api');
    expect(await lab().ownerIs('tokyo-2')).toBe(true);
    expect(await trafficFlows(lab())).toBe(true);
  });
}
