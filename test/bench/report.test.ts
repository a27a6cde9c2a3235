import { describe, expect, it } from 'vitest';
import { defaultRepeat, estimateS } from '#bench/swap/plan.ts';
import { reportOf, type SwapRun } from '#bench/swap/report.ts';
import { showSwap } from '#bench/swap/show.ts';

const machine = { cpu: 'Abacus', cores: 2, os: 'none', node: 'v24' };
const conditions = { latencyMs: 40, latencySigma: 0.5, others: 0 };

function run(lastMovedMs: number | null, more: Partial<SwapRun> = {}): SwapRun {
  const rest = { writes: 100, throttled: 0, otherCalls: 9, notMoved: 0, lost: 0, routeSecondsWithout: 0 };
  return { firstMovedMs: 10, lastMovedMs, moved: 100, ...rest, ...more };
}

const report = reportOf(machine, conditions, new Date('2026-11-23T00:00:00Z'), [
  {
    routes: 100,
    runs: {
      ours: [run(10_040), run(99_000), run(10_000)],
      sequential: [run(20_080)],
      unpaced: [run(null, { moved: 60, notMoved: 40 })],
      'delete-create': [run(null, { moved: 97, notMoved: 3, lost: 2, routeSecondsWithout: 12.3 })],
    },
  },
]);

describe('the report of a swap benchmark', () => {
  it('bounds by the bucket and one call, and compares medians of the same run', () => {
    expect(report.counts).toMatchObject([
      {
        routes: 100,
        boundMs: 10_040,
        ways: [
          { way: 'ours', median: { lastMovedMs: 10_040 }, timesBaseline: 0.5, timesBound: 1 },
          { way: 'sequential', timesBaseline: 1, timesBound: 2 },
          { way: 'unpaced', median: { lastMovedMs: null, notMoved: 40 }, timesBaseline: null, timesBound: null },
          { way: 'delete-create', median: { lost: 2 } },
        ],
      },
    ]);
  });

  it('survives JSON, with every run in it', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.counts[0]?.ways[0]?.runs).toHaveLength(3);
  });

  it('says in its table what never happened, what was lost, and that it was no real AWS', () => {
    const table = showSwap(report);
    expect(table).toMatch(/100 +vyos-failover +10 +10 040 +0\.50 +1\.00 /);
    expect(table).toMatch(/all at once +10 +never +– +– +100 +0 +40 +0\.0/);
    expect(table).toContain('3 (2 lost)');
    expect(table).toContain('never on the real one');
  });
});

describe('the plan of a swap benchmark', () => {
  it('repeats what is short, and says before how long the whole takes: under 8 minutes', () => {
    const rounds = [1, 10, 50, 100, 200, 500].map((routes) => ({ routes, repeat: defaultRepeat(routes) }));
    expect(rounds.map(({ repeat }) => repeat)).toEqual([5, 5, 3, 3, 1, 1]);
    expect(estimateS(rounds, 40)).toBeGreaterThan(90 + 30 + 3 * 10);
    expect(estimateS(rounds, 40)).toBeLessThan(8 * 60);
  });
});
