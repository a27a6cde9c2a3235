import { expect, test } from 'vitest';
import { drawSchedule } from '#simulator/draw-schedule.ts';
import { simulate } from '#simulator/world.ts';
import { BUGS } from './mutations.ts';

// The simulator holds the product against invariants; here deliberate bugs hold the simulator against them.
test.each(Object.entries(BUGS))('finds the bug that %s', async (_, { mutation, breaks, within }) => {
  const found: number[] = [];
  for (let seed = 0; seed < within && found.length === 0; seed++) {
    const { violation } = await simulate(drawSchedule(seed), { mutation });
    if (violation?.invariant === breaks) found.push(seed);
  }
  expect(found).toHaveLength(1);
});
