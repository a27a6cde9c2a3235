import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { whyNot } from '#lab/requirements.ts';
import { LabUnderTest } from './lab-under-test.ts';

const reason = whyNot();

describe.skipIf(reason !== undefined)(
  `real FRR and Serf in a lab${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let lab: LabUnderTest;

    beforeAll(async () => {
      lab = await LabUnderTest.start();
    });

    afterAll(async () => {
      await lab.stop();
    });

    beforeEach(async () => {
      await lab.makeWhole();
    });

    it('moves the routes to the standby when the active router dies, and not back when it returns', async () => {
      await lab.break('tokyo-1', 'router');
      expect(await lab.ownerIs('tokyo-2')).toBe(true);
      expect(await lab.trafficFlows()).toBe(true);

      await lab.heal();
      await lab.probe();
      await lab.probe();
      expect(await lab.owners()).toEqual(['tokyo-2']);
      expect(await lab.trafficFlows()).toBe(true);
    });

    it('fails back by hand with hardly a ping lost', async () => {
      await lab.move('switchover', 'tokyo-2');
      expect(await lab.ownerIs('tokyo-2')).toBe(true);

      const { sent, received } = await lab.pingDuring(async () => {
        await sleep(1_000);
        expect(await lab.move('failback')).toMatchObject({ outcome: 'ok', payload: { outcome: 'swapped' } });
        await sleep(1_000);
      });
      expect(await lab.owners()).toEqual(['tokyo-1']);
      expect(received).toBeGreaterThan(50);
      expect(sent - received).toBeLessThanOrEqual(5);
    });

    it('moves the routes as soon as a survivor that could not reach the API can', async () => {
      await lab.break('tokyo-2', 'api');
      await lab.break('tokyo-1', 'router');
      await sleep(10_000);
      expect(await lab.owners()).toEqual(['tokyo-1']);

      await lab.mend('tokyo-2', 'api');
      expect(await lab.ownerIs('tokyo-2')).toBe(true);
      expect(await lab.trafficFlows()).toBe(true);
    });

    it('goes round a cut uplink over the standby by BGP alone, until the probe moves the routes', async () => {
      await lab.break('tokyo-1', 'uplink');
      expect(await lab.trafficFlows()).toBe(true);
      expect(await lab.owners()).toEqual(['tokyo-1']);

      await lab.probe();
      await lab.probe();
      expect(await lab.ownerIs('tokyo-2')).toBe(true);
      expect(await lab.trafficFlows()).toBe(true);
    });

    it('has one owner, and traffic, while the routers of a pair do not see each other', async () => {
      await lab.break('tokyo', 'partition');
      // Long enough for Serf to give up, too.
      await sleep(12_000);
      await lab.probe();
      expect(await lab.owners()).toHaveLength(1);
      expect(await lab.trafficFlows()).toBe(true);
    });

    it('moves nothing when only Serf dies, and the traffic does not notice', async () => {
      const { sent, received } = await lab.pingDuring(async () => {
        await lab.break('tokyo-1', 'serf');
        await sleep(12_000);
      });
      expect(await lab.owners()).toEqual(['tokyo-1']);
      expect(sent - received).toBeLessThanOrEqual(5);
    });

    // The last one: stopped instances would take half a minute to come back.
    it('moves nothing when both routers are dead, and says so', async () => {
      const before = lab.targets();
      const told = lab.emulator.notifications.length;
      for (const name of ['tokyo-1', 'tokyo-2']) await lab.break(name, 'router');
      // Silence alone is no proof of death for 90 s; what EC2 says is.
      lab.stopInstances();
      expect(await lab.isTold(told)).toMatch(/refused/i);
      await lab.probe();
      expect(lab.targets()).toEqual(before);
    });
  },
);
