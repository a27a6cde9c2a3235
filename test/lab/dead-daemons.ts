import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { wayBetween } from '#lab/ping.ts';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { pingDuring, trafficFlows } from './lab-under-test.ts';

export function deadDaemons(lab: () => RaisedLab): void {
  it('moves no routes when Serf alone fails, with either policy, and no traffic is lost', async () => {
    const { plan } = lab();
    const [tokyo, virginia] = plan.sites;
    expect([tokyo, virginia].map((site) => site?.site.policy.prefer)).toEqual(['availability', 'safety']);
    const { sent, received } = await pingDuring(wayBetween(plan, undefined, undefined), async () => {
      for (const name of ['tokyo-1', 'virginia-1']) await lab().break(name, 'serf');
      // Serf gives a member up after 6 to 8 s.
      await sleep(12_000);
    });
    expect(await lab().owners(tokyo)).toEqual(['tokyo-1']);
    expect(await lab().owners(virginia)).toEqual(['virginia-1']);
    expect(sent - received).toBeLessThanOrEqual(5);
  });

  it('causes a detour when FRR on the active router fails, until the probe moves the routes', async () => {
    await lab().break('tokyo-1', 'frr');
    expect(await trafficFlows(lab())).toBe(true);
    await lab().probe(lab().here);
    expect(await lab().owners()).toEqual(['tokyo-1']);

    await lab().probe(lab().here);
    expect(await lab().ownerIs('tokyo-2')).toBe(true);
    expect(await trafficFlows(lab())).toBe(true);
  });
}
