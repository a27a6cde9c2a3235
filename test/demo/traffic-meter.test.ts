import { expect, test } from 'vitest';
import { TrafficMeter } from '#demo/live/traffic-meter.ts';

/** Pings every 50 ms, from 0 ms on. */
function meterOf(answers: readonly boolean[]): TrafficMeter {
  const meter = new TrafficMeter('tokyo', 'virginia');
  for (const [index, answered] of answers.entries()) meter.record(index * 50, answered);
  return meter;
}

const times = (count: number, answered: boolean) => Array.from({ length: count }, () => answered);

test('an outage lasts from the last reply before it to the first one after it', () => {
  const { state } = meterOf([...times(10, true), ...times(8, false), ...times(2, true)]);
  expect(state).toMatchObject({ answered: true, sent: 20, lost: 8, outageMs: 450 });
  // Periods of 250 ms with five pings each; the last one is not over.
  expect(state.recent).toEqual([0, 0, 1]);
});

test('an outage that continues is counted to the last ping, and each outage anew', () => {
  expect(meterOf([...times(10, true), ...times(5, false)]).state).toMatchObject({ answered: false, outageMs: 250 });
  expect(meterOf([true, ...times(9, false), ...times(9, true), false, true]).state.outageMs).toBe(100);
});

test('without a loss there is no outage', () => {
  expect(meterOf(times(3, true)).state).toMatchObject({ answered: true, outageMs: null, recent: [] });
});

test('the last minute is kept', () => {
  expect(meterOf(times(3_000, true)).state.recent).toHaveLength(240);
});

test('a period without a ping is not one without a loss', () => {
  const meter = new TrafficMeter('tokyo', 'virginia');
  for (const at of [0, 50, 600]) meter.record(at, true);
  expect(meter.state.recent).toEqual([0, null]);
});
