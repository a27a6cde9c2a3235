import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withTable } from '#bench/save.ts';
import { computeWaits, type Outcome } from '#bench/wait/compute.ts';
import { failover, type Rule } from '#bench/wait/model.ts';
import { showWaits } from '#bench/wait/show.ts';
import { createRandom } from '#emulator/random.ts';
import { PREPARED_WITHIN_MS } from '#simulator/routers/reporter-times.ts';

const report = computeWaits();

function isNeverSlowerThanOnePhase(isIt: (rule: Rule) => boolean): boolean {
  const find = (outcomes: readonly Outcome[], is: (rule: Rule) => boolean) => {
    const found = outcomes.find(({ rule }) => is(rule));
    if (found === undefined) throw new Error('a rule was not computed');
    return found;
  };
  return report.cases
    .filter(({ case: { lost } }) => lost === 0)
    .every(({ outcomes }) => {
      const [its, onePhase] = [find(outcomes, isIt), find(outcomes, ({ kind }) => kind === 'one-phase')];
      return its.median <= onePhase.median && its.p99 <= onePhase.p99;
    });
}

describe('the longest wait for the answer to a suspected report', () => {
  it('is the shortest one computed with which two phases are never slower than one', () => {
    const waits = report.cases.flatMap(({ outcomes }) =>
      outcomes.flatMap(({ rule }) => (rule.kind === 'wait' ? [rule.ms] : [])),
    );
    const good = [...new Set(waits)].filter((ms) =>
      isNeverSlowerThanOnePhase((rule) => rule.kind === 'wait' && rule.ms === ms),
    );
    expect(Math.min(...good)).toBe(PREPARED_WITHIN_MS);
  });

  it('is in docs/bench.md with what each wait costs', () => {
    const page = readFileSync('docs/bench.md', 'utf8');
    expect(withTable(page, 'wait', showWaits(report))).toBe(page);
  });
});

describe('the model of the wait', () => {
  const rules: readonly Rule[] = [
    { kind: 'wait', ms: 0 },
    { kind: 'wait', ms: 500 },
    { kind: 'wait', ms: 60_000 },
    { kind: 'both' },
  ];
  const times = (lost: number) =>
    Array.from({ length: 500 }, (_, index) =>
      failover({ profile: 'slow', start: 'cold', lost }, createRandom(`${index}`), rules),
    );

  it('loses the whole wait if the suspected report is never answered', () => {
    for (const [none = 0, some = 0, long = 0, both = 0] of times(1)) {
      expect(some - none).toBeCloseTo(500);
      expect(long - none).toBeCloseTo(60_000);
      expect(both).toBeCloseTo(none);
    }
  });

  it('is never slower with both than with the better of them', () => {
    for (const [none = 0, , long = 0, both = 0] of times(0)) expect(both).toBeCloseTo(Math.min(none, long));
  });
});
