import { describe, expect, it } from 'vitest';
import { DISTURBANCES } from '#bench/false-alarms/disturbances.ts';
import type { Exposure } from '#bench/false-alarms/exposure.ts';
import { type FalseAlarmsReport, wrongSwaps } from '#bench/false-alarms/report.ts';
import { showFalseAlarms } from '#bench/false-alarms/show.ts';

const CALM: Exposure = { bfdDown: 0, serfFailed: 0, vetoed: 0, reports: 0, swaps: 0 };

const settings = {
  bfd: { intervalMs: 50, multiplier: 6 },
  confirmMs: 300,
  outages: [],
  rows: DISTURBANCES.map(({ kind, label, forMs, beyondTarget }) => ({
    kind,
    label,
    forMs,
    beyondTarget,
    exposures: [CALM, { ...CALM, bfdDown: 1, reports: 1, swaps: beyondTarget ? 1 : 0 }],
  })),
};

const report: FalseAlarmsReport = {
  schema: 'vyos-failover.bench-false-alarms/1',
  at: '2026-11-26T00:00:00Z',
  machine: { cpu: 'a machine', cores: 2, os: 'Linux', node: 'v24' },
  encrypted: true,
  settings: [settings],
};

describe('the benchmark of false alarms', () => {
  it('separates disturbances that detectors must tolerate from larger ones: 10 % loss, one second', () => {
    const must = DISTURBANCES.filter(({ beyondTarget }) => !beyondTarget).map(({ label }) => label);
    expect(must).toContain('10 % loss each way, 30 s');
    expect(must).toContain('active frozen with its kernel, 1 s');
    expect(must).not.toContain('20 % loss each way, 30 s');
    expect(must).not.toContain('bfdd of the active stopped, 5 s');
  });

  it('adds up wrong swaps over all exposures, apart', () => {
    const beyond = DISTURBANCES.filter(({ beyondTarget }) => beyondTarget).length;
    expect([wrongSwaps(settings, false), wrongSwaps(settings, true)]).toEqual([0, beyond]);
  });

  it('shows each disturbance with its sums, and no figure for an outage that was not measured', () => {
    expect(showFalseAlarms(report)).toMatch(/^20 % loss each way, 30 s +2 +1 +0 +0 +1 +1$/m);
    expect(showFalseAlarms(report)).toMatch(/^BFD 50 ms × 6 +300 ms +– +– +0 +\d+$/m);
  });
});
