import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import { NOW, REPORT, situation } from '../situation.ts';

describe('a report counts only if it is about a new failure', () => {
  const told = (times: { readonly detectedAt?: number | undefined; readonly confirmedAt?: number }) =>
    decide(situation({ trigger: { ...REPORT, ...times } }));

  it.each([
    ['noticed 10 s before the report was sent', { detectedAt: REPORT.at - 10_000 }],
    [
      'noticed an hour ago, and the peer was asked again a moment ago',
      { detectedAt: NOW - 3_700_000, confirmedAt: NOW - 200 },
    ],
  ])('%s: the routes move', (_, times) => {
    expect(told(times).kind).toBe('swap');
  });

  it.each([
    ['noticed 10 s and more before it was sent', { detectedAt: REPORT.at - 10_001 }, '10 s before the report was sent'],
    ['noticed nine minutes ago', { detectedAt: NOW - 540_000 }, '540 s before the report was sent'],
    [
      'asked again, but long ago',
      { detectedAt: NOW - 540_000, confirmedAt: NOW - 30_000 },
      'the peer was not asked again',
    ],
    ['noticed after it was written', { detectedAt: NOW + 60_000 }, 'dates the failure after the report itself'],
    [
      'confirmed after it was written',
      { detectedAt: NOW - 540_000, confirmedAt: NOW + 60_000 },
      'the peer was not asked again',
    ],
    ['without the time of the failure', { detectedAt: undefined }, 'does not say when'],
  ])('%s: refused, for failures and goodbyes alike', (_, times, why) => {
    const leaving = decide(situation({ trigger: { ...REPORT, event: 'left', ...times } }));
    for (const decision of [told(times), leaving]) {
      expect(decision).toMatchObject({ kind: 'refuse', reason: 'report-stale' });
      expect(decision.says).toContain(why);
    }
  });
});
