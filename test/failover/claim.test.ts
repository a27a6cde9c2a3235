import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CLAIM_FRESH_MS, heardAt, staleness } from '#failover/claim.ts';
import type { BgpStatement } from '#failover/observation.ts';

const NOW = 1_790_000_000_000;
const said = (at: number): BgpStatement => ({ by: 'itself', at, established: 1, configured: 1 });
const time = fc.integer({ min: NOW - 60_000, max: NOW + 60_000 });

it('a claim counts if it is of the last 10 s, or of a clock at most 10 s ahead', () => {
  expect(staleness("tokyo-2's report", NOW - 10_000, NOW)).toBeUndefined();
  expect(staleness("tokyo-2's report", NOW + 10_000, NOW)).toBeUndefined();
  expect(staleness("tokyo-2's report", NOW - 10_001, NOW)).toMatch(/^tokyo-2's report is 10 s old; only 10 s count/);
  expect(staleness("tokyo-2's report", NOW + 12_000, NOW)).toContain("is 12 s ahead of AWS's clock");
});

it('nothing is believed for longer than 10 s after it was heard, whatever the clock of its speaker', () => {
  fc.assert(
    fc.property(time, (at) => {
      const until = heardAt(NOW, said(at)).at + CLAIM_FRESH_MS;
      expect(until).toBeLessThanOrEqual(NOW + CLAIM_FRESH_MS);
    }),
  );
});

it('after a clock is put right, the next statement is the newer one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 60_000 }), (ahead, later) => {
      const before = heardAt(NOW, said(NOW + ahead));
      const after = heardAt(NOW + later, said(NOW + later));
      expect(after.at).toBeGreaterThanOrEqual(before.at);
    }),
  );
});
