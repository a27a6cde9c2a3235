import type { Schedule } from '#simulator/schedule.ts';

/** Defaults of a schedule in a test. */
export const PLAIN: Schedule = {
  seed: 0,
  routes: ['a'],
  tables: 1,
  policy: { prefer: 'availability', mode: 'automatic', holdDownMs: 300_000, maxSwapsPerHour: 3, evacuate: 'manual' },
  pairForwards: true,
  farUnderTest: false,
  countsOnRouter: true,
  heartbeatMs: undefined,
  witnesses: false,
  staleMs: 1_800,
  pageItems: 100,
  deadAtEnd: undefined,
  deadHow: 'stopped',
  muteAtEnd: undefined,
  probeAt: 0,
  events: [],
};

/** A swap of these routes takes longer than its lease, and the store is down when it must be renewed. */
export const MANY_ROUTES: Schedule = {
  ...PLAIN,
  routes: Array.from({ length: 130 }, () => 'a'),
  events: [
    { at: 30_000, kind: 'stop', router: 'a' },
    { at: 33_000, kind: 'store-down', forMs: 14_500 },
    { at: 49_000, kind: 'switchover', to: 'b', overrides: [] },
  ],
};

/** Enough routes for an operator's request during the swap. */
export const SLOW: Schedule = { ...PLAIN, routes: Array.from({ length: 100 }, () => 'a') };

/**
 * The store does not take the end of a switchover, nor its failback; the environment that made the failback is not used again before the
 * probe reads the journal of the switchover.
 */
export const UNDONE_SWITCHOVER: Schedule = {
  ...PLAIN,
  seed: 21_524,
  routes: ['a', 'a'],
  policy: { prefer: 'safety', mode: 'automatic', holdDownMs: 60_000, maxSwapsPerHour: 2, evacuate: 'manual' },
  countsOnRouter: false,
  witnesses: true,
  staleMs: 300,
  probeAt: 41_965,
  twoPhase: false,
  events: [
    { at: 22_469, kind: 'pair-partitioned', site: 'tokyo', forMs: 45_000 },
    { at: 34_553, kind: 'switchover', to: 'b', overrides: [] },
    { at: 35_365, kind: 'store-read-only', forMs: 90_000 },
    { at: 79_154, kind: 'switchover', to: 'a', overrides: ['memory-unreachable'] },
    { at: 100_592, kind: 'hang', router: 'a' },
    { at: 110_568, kind: 'store-down', forMs: 90_000 },
  ],
};

/** While the store takes no writes, no heartbeat is stored, and the routers lose sight of each other. */
export const UNSTORED_HEARTBEATS: Schedule = {
  ...PLAIN,
  seed: 41_994,
  policy: { prefer: 'safety', mode: 'automatic', holdDownMs: 300_000, maxSwapsPerHour: 3, evacuate: 'manual' },
  heartbeatMs: 20_000,
  staleMs: 1_000,
  probeAt: 45_995,
  twoPhase: true,
  events: [
    { at: 89_763, kind: 'store-read-only', forMs: 90_000 },
    { at: 90_827, kind: 'pair-partitioned', site: 'tokyo', forMs: 90_000 },
  ],
};
