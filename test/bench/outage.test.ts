import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { outageChart } from '#bench/outage/chart.ts';
import { pictureOf } from '#bench/outage/picture.ts';
import { type OutageReport, type Recorded, reportOf, spreadOf } from '#bench/outage/report.ts';
import { showOutage } from '#bench/outage/show.ts';
import type { Failure, Recording } from '#bench/outage/trial.ts';

const FAILED_AT = 1_000_000;

/** A trial that was over after so many ms, with a ping every 10 ms before and after. */
function recording(failure: Failure, outageMs: number | null): Recording {
  const end = outageMs ?? 30_000;
  const every10 = (from: number, to: number) =>
    Array.from({ length: (to - from) / 10 }, (_, index) => FAILED_AT + from + index * 10);
  const replies = [...every10(-500, 10), ...every10(end, end + 400)];
  const call = (action: string, at: number, ms: number) => ({
    kind: 'call' as const,
    at: FAILED_AT + at,
    ms,
    service: 'ec2',
    action,
    region: 'ap-northeast-1',
    caller: 'RouteSwap',
    input: {},
  });
  return {
    trial: {
      failure,
      outageMs,
      lost: 50,
      detectedMs: 300,
      reportedMs: 640,
      movedMs: failure === 'router' ? end : null,
      nearMs: 320,
      farMs: 340,
    },
    region: 'ap-northeast-1',
    failedAt: FAILED_AT,
    ping: { sent: 200, received: 150, longestGapMs: end, replies },
    happenings: [call('DescribeRouteTables', 650, 40), call('ReplaceRoute', 750, 50), call('SendCommand', 760, 40)],
  };
}

const recorded: Recorded[] = [
  { way: 'ours', failure: 'router', recordings: [800, 1_000, 850].map((ms) => recording('router', ms)) },
  { way: 'original', failure: 'router', recordings: [9_000, null, 8_000].map((ms) => recording('router', ms)) },
];

const report: OutageReport = reportOf(
  { cpu: 'a machine', cores: 2, os: 'Linux', node: 'v24' },
  {
    encrypted: true,
    latencyMs: 40,
    latencySigma: 0.5,
    bfd: { intervalMs: 50, multiplier: 6 },
    confirmMs: 300,
    load: 0.5,
  },
  new Date(0),
  recorded,
);

describe('the benchmark of outages', () => {
  it('compares medians, and does not take an outage that never ended for a short one', () => {
    expect(report.results.map(({ way, timesOriginal }) => [way, timesOriginal])).toEqual([
      ['ours', 0.1],
      ['original', 1],
    ]);
    expect(showOutage(report)).toMatch(/router down {2}original \(2014\) {2}3 \(1 without an end\)/);
  });

  it('has no figure for what did not happen', () => {
    expect(spreadOf([recording('uplink', 470).trial], 'movedMs')).toBeNull();
  });

  it('shows each measure as minimum, median and maximum in seconds', () => {
    expect(showOutage(report)).toContain('0.80 / 0.85 / 1.00');
  });

  it('keeps the trial whose outage is the median for the picture', () => {
    expect(report.examples.find(({ way }) => way === 'ours')?.trial.outageMs).toBe(850);
  });

  it('draws every trial that came to an end', () => {
    const svg = outageChart(report);
    expect(svg.match(/<circle/g)).toHaveLength(5);
    expect(XMLValidator.validate(svg)).toBe(true);
  });

  it('draws one failover: replies, the gap between them, detection, and calls that belong to it', async () => {
    const [example] = report.examples;
    if (example === undefined) throw new Error('no example');
    const svg = pictureOf(example);
    await expect(svg).toMatchFileSnapshot('golden/failover.svg');
    expect(svg).toContain('ReplaceRoute');
    expect(svg).not.toContain('SendCommand');
    expect(XMLValidator.validate(svg)).toBe(true);
  });
});
