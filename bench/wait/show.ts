import { renderTable } from '#bench/table.ts';
import { type Outcome, RULES, type WaitReport } from './compute.ts';
import type { Rule } from './model.ts';

export function showWaits({ draws, cases }: WaitReport): string {
  const table = (lost: boolean, cell: (outcome: Outcome) => string) =>
    renderTable(
      ['profile', 'start', ...RULES.map(labelOf)],
      cases
        .filter((each) => each.case.lost > 0 === lost)
        .map((each) => [each.case.profile, each.case.start, ...each.outcomes.map(cell)]),
      2,
    );
  const share = Math.max(...cases.map((each) => each.case.lost));
  return [
    `Computed from the profiles, ${draws} draws: seconds from the first connection to the peer to the last moved route.`,
    '',
    'Median / 99th percentile, if every suspected report is answered.',
    '',
    table(false, ({ median, p99 }) => `${median.toFixed(2)} / ${p99.toFixed(2)}`),
    '',
    `Mean, if ${share * 100} % of the suspected reports are never answered.`,
    '',
    table(true, ({ mean }) => mean.toFixed(2)),
    '',
    'wait: longest wait for the answer to the suspected report, then anew · both: anew at once, and waiting',
    '',
  ].join('\n');
}

function labelOf(rule: Rule): string {
  switch (rule.kind) {
    case 'one-phase':
      return '1 phase';
    case 'wait':
      return `wait ${rule.ms / 1000} s`;
    case 'both':
      return 'both';
  }
}
