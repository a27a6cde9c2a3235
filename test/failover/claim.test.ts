import fc from 'fast-check';
import { expect, it } from 'vitest';
import { claimTime, noticedAt, staleness } from '#failover/claim.ts';
import { CLAIM_FRESH_MS } from '#failover/limits.ts';

const NOW = 1_790_000_000_000;
const time = fc.integer({ min: NOW - 60_000, max: NOW + 60_000 });

it('a claim counts if it is of the last 10 s, or of a clock at most 10 s ahead', () => {
  expect(staleness("tokyo-2's report", NOW - 10_000, NOW)).toBeUndefined();
  expect(staleness("tokyo-2's report", NOW + 10_000, NOW)).toBeUndefined();
  expect(staleness("tokyo-2's report", NOW - 10_001, NOW)).toMatch(/^tokyo-2's report is 10 s old; the limit is 10 s/);
  expect(staleness("tokyo-2's report", NOW + 12_000, NOW)).toContain("is 12 s ahead of AWS's clock");
});

it("a claim counts for at most 10 s after its receipt, whatever the sender's clock", () => {
  fc.assert(
    fc.property(time, (at) => {
      const until = claimTime(at, NOW) + CLAIM_FRESH_MS;
      expect(until).toBeLessThanOrEqual(NOW + CLAIM_FRESH_MS);
    }),
  );
});

it('after a clock is corrected, the next claim is the newer one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 60_000 }), (ahead, later) => {
      const before = claimTime(NOW + ahead, NOW);
      const after = claimTime(NOW + later, NOW + later);
      expect(after).toBeGreaterThanOrEqual(before);
    }),
  );
});

it.each([
  ['with a correct clock, received at once', 0, 0, 3_000],
  ['with a clock 8 s ahead', 8_000, 0, 3_000],
  ['that was 6 s under way', 0, 6_000, 9_000],
  ['that dates the failure after itself', 0, 0, -2_000],
])('a failure was noticed before its report was heard: one %s', (_, ahead, transit, agoMs) => {
  const at = NOW - transit + ahead;
  const detectedAt = NOW - agoMs + ahead;
  expect(noticedAt({ at, detectedAt }, NOW)).toBe(NOW - Math.max(0, agoMs));
});
