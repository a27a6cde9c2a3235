import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { whyNot } from '#lab/requirements.ts';
import { statusOf } from '#lab/status.ts';
import { raiseLab, TOPOLOGY, trafficFlows } from './lab-under-test.ts';

const reason = whyNot();

/** Nobody says what notices a dead router. */
const SILENT = TOPOLOGY.replaceAll(/^ *detectors: .*\n/gm, '');

describe.skipIf(reason !== undefined)(
  `a topology that says no detectors${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let lab: RaisedLab;

    beforeAll(async () => {
      lab = await raiseLab(undefined, SILENT);
      await lab.makeWhole();
    });

    afterAll(async () => {
      await lab.down();
    });

    it('has no Serf anywhere, and fails over all the same', async () => {
      const { routers } = await statusOf(lab.plan);
      expect(Object.values(routers).flat()).not.toContain('serf');
      await lab.break('tokyo-1', 'router');
      expect(await lab.ownerIs('tokyo-2')).toBe(true);
      expect(await trafficFlows(lab)).toBe(true);
    });
  },
);
