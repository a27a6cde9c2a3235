import { describe, expect, it } from 'vitest';
import { OPERATIONS, PROFILE_NAMES, PROFILES, rulesOf } from '#bench/latency/profiles.ts';
import { createLatency } from '#emulator/latency.ts';
import { createRandom } from '#emulator/random.ts';

function latencyOf(profile: (typeof PROFILE_NAMES)[number]) {
  const clock = { now: () => 0, sleep: async () => {} };
  const latency = createLatency({ random: createRandom('profiles'), clock, record: () => {} });
  latency.use(rulesOf(profile));
  return latency;
}

describe.each(PROFILE_NAMES)('the latency profile %s', (name) => {
  const profile = PROFILES[name];

  it('states a source for each figure, and its percentiles are in order', () => {
    for (const { p50Ms, p99Ms, source } of Object.values(profile)) {
      expect(source).not.toBe('');
      expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
    }
  });

  it.each([
    ['ec2', 'DescribeRouteTables', 'describe'],
    ['ec2', 'ReplaceRoute', 'replaceRoute'],
    ['ec2', 'Connect', 'connect'],
    ['dynamodb', 'GetItem', 'storeRead'],
    ['dynamodb', 'Query', 'storeQuery'],
    ['dynamodb', 'UpdateItem', 'storeWrite'],
    ['execute-api', 'Connect', 'apiConnect'],
    ['execute-api', 'Invoke', 'gateway'],
    ['lambda', 'WarmStart', 'warmStart'],
    ['lambda', 'ColdStart', 'coldStart'],
    ['events', 'PutEvents', 'putEvents'],
    ['ssm', 'SendCommand', 'other'],
  ] as const)('%s:%s takes as long as its %s', (service, action, operation) => {
    const { p50Ms, p99Ms } = profile[operation];
    const latency = latencyOf(name);
    const draws = Array.from({ length: 1_000 }, () => latency.draw(service, action)).toSorted((a, b) => a - b);
    // Within a tenth of the median, and a third of the tail.
    expect(Math.abs((draws[500] ?? 0) - p50Ms)).toBeLessThanOrEqual(p50Ms / 10);
    expect(Math.abs((draws[990] ?? 0) - p99Ms)).toBeLessThanOrEqual(p99Ms / 3);
  });
});

it('covers every operation once', () => {
  const patterns = Object.values(OPERATIONS).map(({ service, operation }) => `${service}:${operation}`);
  expect(new Set(patterns).size).toBe(patterns.length);
});
