import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGES } from '#lab/created/empty-account.ts';
import { wayBetween } from '#lab/ping.ts';
import { processesIn } from '#lab/processes.ts';
import { whyNot, whyNotEncrypted } from '#lab/requirements.ts';
import { run, waitUntil } from '#lab/run.ts';
import { closedPorts } from './closed-ports.ts';
import { CreatedLab } from './created-lab-under-test.ts';
import { pingDuring, trafficFlows } from './lab-under-test.ts';

const reason = whyNot() ?? whyNotEncrypted();

/** One sequence: each test continues from what the one before has left. */
describe.skipIf(reason !== undefined)(
  `a topology of which nothing exists, with real FRR and strongSwan${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let lab: CreatedLab;

    beforeAll(async () => {
      lab = await CreatedLab.raise();
    });

    afterAll(async () => {
      await lab.down();
    });

    const way = () => wayBetween(lab.plan, 'tokyo', 'virginia');

    it('is deployed, and its routers build themselves: BGP, BFD and IPsec come up through their security groups', async () => {
      await lab.becomesWell();
      const { namespace } = lab.router('tokyo-1');
      const programs = [...(await processesIn(namespace)).keys()];
      expect(programs).toEqual(expect.arrayContaining(['charon', 'bgpd', 'bfdd', 'gre', 'watch-bfd', 'reconcile']));
      // The topology names no detectors.
      expect(programs).not.toContain('serf');
      const { stdout, exitCode } = await lab.desk('addresses', '--json');
      expect(exitCode).toBe(0);
      expect(stdout).toContain(lab.router('tokyo-1').router.publicAddress);
    });

    closedPorts(() => lab);

    it('fails over when the active router hangs', async () => {
      await lab.probe();
      await lab.probe();
      const { longestGapMs } = await pingDuring(way(), async () => {
        await sleep(1_000);
        lab.cloud.emulator.ec2.lifecycle.hang(lab.tokyo.site.region, lab.instanceOf('tokyo-1'));
        expect(await lab.ownerIs('tokyo-2')).toBe(true);
        expect(await trafficFlows(lab, way())).toBe(true);
        await sleep(1_000);
      });
      process.stderr.write(`longest gap after the hang of the active router: ${longestGapMs} ms\n`);
      expect(longestGapMs).toBeLessThan(10_000);
    });

    it('gets a terminated instance back by an upgrade, which replaces the other one too and loses at most 0.2 s', {
      timeout: 240_000,
    }, async () => {
      const before = ['tokyo-1', 'tokyo-2'].map((name) => lab.instanceOf(name));
      lab.cloud.emulator.ec2.lifecycle.terminate(lab.tokyo.site.region, lab.instanceOf('tokyo-1'));
      const upgrade = ['upgrade', 'tokyo', '--image', IMAGES.next, '--yes', '--by', 'ann'];
      const { sent, received, longestGapMs } = await pingDuring(
        way(),
        async () => {
          const upgraded = await lab.desk(...upgrade);
          expect(`${upgraded.exitCode} ${upgraded.stdout} ${upgraded.stderr}`).toMatch(/^0 /);
        },
        220_000,
      );
      process.stderr.write(
        `lost during the upgrade: ${sent - received} of ${sent} pings, longest gap ${longestGapMs} ms\n`,
      );
      const after = ['tokyo-1', 'tokyo-2'].map((name) => lab.instanceOf(name));
      expect(after.some((instance) => instance === 'none' || before.includes(instance))).toBe(false);
      expect(await lab.ownerIs('tokyo-1')).toBe(true);
      expect(sent - received).toBeLessThanOrEqual(10);
      await lab.becomesWell();
    });

    it('is destroyed: its routers are gone, and so are their daemons', async () => {
      const { exitCode, stdout, stderr } = await lab.desk('destroy', '--yes');
      expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
      const routers = lab.plan.sites.flatMap((site) => site.routers.map(({ namespace }) => namespace));
      const gone = async () => !routers.some((each) => namespaces.includes(each));
      let namespaces = '';
      expect(
        await waitUntil(
          async () => {
            namespaces = await run('ip', ['netns', 'list']);
            return gone();
          },
          { withinMs: 10_000 },
        ),
      ).toBe(true);
      expect(lab.cloud.emulator.stacks).toEqual([]);
      expect(lab.faults).toEqual([]);
    });
  },
);
