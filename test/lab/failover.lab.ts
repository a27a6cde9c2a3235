import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { RaisedLab } from '#lab/raised-lab.ts';
import { whyNot } from '#lab/requirements.ts';
import { deadDaemons } from './dead-daemons.ts';
import { deadRouters } from './dead-routers.ts';
import { dyingPushes } from './dying-pushes.ts';
import { raiseLab } from './lab-under-test.ts';
import { lostPaths } from './lost-paths.ts';
import { pairSessions } from './pair-sessions.ts';
import { impatient, pushes } from './pushes.ts';
import { stoppedInstances } from './stopped-instances.ts';

const reason = whyNot();

/** One lab for all: raising it takes as long as three tests. */
describe.skipIf(reason !== undefined)(
  `real FRR and Serf in a lab${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let lab: RaisedLab;

    beforeAll(async () => {
      lab = await raiseLab(impatient);
    });

    afterAll(async () => {
      await lab.down();
    });

    beforeEach(async () => {
      await lab.makeWhole();
    });

    describe('a router that fails', () => {
      deadRouters(() => lab);
    });
    describe('a daemon that fails', () => {
      deadDaemons(() => lab);
    });
    describe('a new configuration', () => {
      pushes(() => lab);
    });
    describe('a push during which a component fails', () => {
      dyingPushes(() => lab);
    });
    describe('the session of a pair', () => {
      pairSessions(() => lab);
    });
    // After the pushes: they would be refused in hold-down.
    describe('a path that is lost', () => {
      lostPaths(() => lab);
    });
    describe('stopped instances', () => {
      stoppedInstances(() => lab);
    });
  },
);
