import { expect, test } from 'vitest';
import { drawSchedule } from '#simulator/draw-schedule.ts';
import type { Schedule } from '#simulator/schedule.ts';
import { explain, search } from '#simulator/search.ts';
import { simulate } from '#simulator/simulate.ts';
import { BUGS } from './mutations.ts';
import { PLAIN } from './schedules.ts';

const SEEDS = 150;

test(`the schedules of ${SEEDS} seeds violate no invariant and move routes`, async () => {
  const { found, tally } = await search(0, SEEDS);
  expect(found).toBeUndefined();
  expect(tally.schedules).toBe(SEEDS);
  expect(tally.swaps).toBeGreaterThan(SEEDS / 2);
});

test('the same seed gives the same run, to the millisecond', async () => {
  for (const seed of [18, 41, 286]) {
    const [first, second] = [
      await simulate(drawSchedule(seed), { verbose: true }),
      await simulate(drawSchedule(seed), { verbose: true }),
    ];
    expect(first.timeline.length).toBeGreaterThan(10);
    expect(second).toEqual(first);
  }
});

test('a failure is shrunk to the smallest schedule with the same failure, with its timeline', async () => {
  const bug = BUGS['a detour counts as a failure'];
  const schedule: Schedule = {
    ...PLAIN,
    routes: ['a', 'a', 'foreign'],
    events: [
      { at: 10_000, kind: 'witness-report', about: 'b' },
      { at: 20_000, kind: 'hang', router: 'A' },
      { at: 30_000, kind: 'probe-twice' },
    ],
  };
  const { schedule: least, violation, timeline } = await explain(schedule, bug?.mutation);
  expect(violation.invariant).toBe('far-failure');
  expect(least.routes).toEqual(['a']);
  expect(least.events.map(({ kind }) => kind)).toEqual(['hang']);
  expect(timeline.at(-1)).toContain('VIOLATED far-failure');
});
