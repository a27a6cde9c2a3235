import { describe, expect, it } from 'vitest';
import { nextFiring } from '#emulator/events/schedule.ts';

const after = (expression: string, from: string) => new Date(nextFiring(expression, Date.parse(from))).toISOString();

describe('a schedule', () => {
  it.each([
    ['rate(1 minute)', '2026-11-23T10:00:30.000Z', '2026-11-23T10:01:30.000Z'],
    ['rate(2 hours)', '2026-11-23T10:00:00.000Z', '2026-11-23T12:00:00.000Z'],
    ['cron(0/15 * * * ? *)', '2026-11-23T10:16:00.000Z', '2026-11-23T10:30:00.000Z'],
    ['cron(0 9 ? * MON-FRI *)', '2026-11-20T09:00:00.000Z', '2026-11-23T09:00:00.000Z'],
    ['cron(30 8 1 JAN,JUL ? *)', '2026-11-23T00:00:00.000Z', '2027-01-01T08:30:00.000Z'],
  ])('%s fires next after %s at %s', (expression, from, next) => {
    expect(after(expression, from)).toBe(next);
  });

  it.each(['rate(1 parsec)', 'rate(0 minutes)', 'cron(* * * *)', 'every minute'])('cannot be "%s"', (expression) => {
    expect(() => nextFiring(expression, 0)).toThrow(/is neither rate/);
  });
});
