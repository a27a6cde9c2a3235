import { describe, expect, it } from 'vitest';
import { failPairs } from '#bench/pairs/fail-pairs.ts';
import { leastDurationMs } from '#failover/call-pacer.ts';

describe('many pairs of one account that fail at once', async () => {
  const [pairs, routes] = [40, 5];
  const run = await failPairs(pairs, routes, 'test');

  it('move the most important route of every pair long before the last routes', () => {
    expect(run.firstMs.at(-1)).toBeLessThan(leastDurationMs(pairs * routes) / 2);
  });

  it('move all routes in little more than the time that EC2 needs for so many calls', () => {
    expect(run.lastMs.at(-1)).toBeLessThan(leastDurationMs(pairs * routes) * 1.25);
  });

  it('make few calls in vain: before the pacer learned from refusals, 25 of each one that counted', () => {
    expect(run.throttledWrites).toBeLessThan(5 * pairs * routes);
    expect(run.throttledReads).toBeLessThan(run.reads / 10);
  });
});

it('a pair that fails alone moves its routes at once', async () => {
  const { lastMs, throttledWrites } = await failPairs(1, 20, 'test');
  expect(lastMs[0]).toBeLessThan(1_000);
  expect(throttledWrites).toBe(0);
});
