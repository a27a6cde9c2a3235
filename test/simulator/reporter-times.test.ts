import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  LASTING_REASONS,
  PREPARED_WITHIN_MS,
  REPORTER,
  RESEND_WITHIN_MS,
  readPreparedWithin,
  readReporterTimes,
  readResendWithin,
} from '#simulator/routers/reporter-times.ts';

test('a simulated router is as patient as `router/lib/config.sh` makes a real one', () => {
  expect(REPORTER.retryDelays.length).toBeGreaterThan(1);
  for (const time of Object.values(REPORTER).flat()) expect(time).toBeTypeOf('number');
  const configSh = readFileSync('router/lib/config.sh', 'utf8');
  const later = configSh.replace(/"REPORT_AGAIN\|[^|]*\|/, '"REPORT_AGAIN|61.5|');
  expect(readReporterTimes(later)).toEqual({ ...REPORTER, reportAgain: 61_500 });
});

test('a key that is gone is named', () => {
  expect(() => readReporterTimes('')).toThrow('router/lib/config.sh has no CONFIRM_FOR');
});

test('a confirmed report waits for the answer to the suspected one as long as `router/lib/suspicion.sh` says', () => {
  const suspicionSh = readFileSync('router/lib/suspicion.sh', 'utf8');
  expect(PREPARED_WITHIN_MS).toBeGreaterThan(0);
  expect(readPreparedWithin(suspicionSh.replace(/PREPARED_WITHIN=.*/, 'PREPARED_WITHIN=1.5'))).toBe(1_500);
  expect(() => readPreparedWithin('')).toThrow('router/lib/suspicion.sh has no PREPARED_WITHIN');
});

test('a confirmed report without an answer is sent again unasked within the time of `router/lib/suspicion.sh`', () => {
  const suspicionSh = readFileSync('router/lib/suspicion.sh', 'utf8');
  expect(RESEND_WITHIN_MS).toBeGreaterThan(0);
  expect(readResendWithin(suspicionSh.replace(/RESEND_WITHIN=.*/, 'RESEND_WITHIN=350'))).toBe(350);
  expect(() => readResendWithin('')).toThrow('router/lib/suspicion.sh has no RESEND_WITHIN');
});

test('the reasons for which it asks more slowly are those of `router/lib/answer.sh`', () => {
  expect(LASTING_REASONS).toContain('mode-off');
});
