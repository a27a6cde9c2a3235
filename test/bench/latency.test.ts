import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { ARMS } from '#bench/latency/arms.ts';
import { latencyChart } from '#bench/latency/chart.ts';
import { flamesIn } from '#bench/latency/flames.ts';
import { PROFILES } from '#bench/latency/profiles.ts';
import { type LatencyReport, resultOf } from '#bench/latency/report.ts';
import { showLatency } from '#bench/latency/show.ts';
import { flameOf } from '#bench/outage/flame.ts';
import { spansOf } from '#bench/outage/spans.ts';
import { stagesOf } from '#bench/outage/stages.ts';
import type { Recording } from '#bench/outage/trial.ts';
import type { Happening } from '#emulator/service.ts';

const FAILED_AT = Date.parse('2026-11-29T04:00:00.000Z');
const region = 'ap-northeast-1';
const FUNCTION = 'arn:aws:sts::123456789012:assumed-role/RouteSwap/site--route-swap';

const at = (ms: number) => FAILED_AT + ms;
const call = (
  service: string,
  action: string,
  from: number,
  ms: number,
  { caller = FUNCTION, input = {} }: { caller?: string; input?: object } = {},
): Happening => ({
  kind: 'call',
  at: at(from),
  ms,
  service,
  action,
  region,
  caller,
  input: { ...input },
});
const latency = (service: string, operation: string, from: number, ms: number): Happening => ({
  kind: 'latency',
  at: at(from),
  ms,
  region,
  service,
  operation,
});
const report = (from: number, ms: number, evidence: object): Happening => ({
  kind: 'http-api',
  at: at(from),
  ms,
  method: 'POST',
  path: '/v1/sites/tokyo/events',
  caller: 'arn:aws:sts::123456789012:assumed-role/tokyo-router/i-2',
  status: 200,
  region,
  body: JSON.stringify({ id: 'x', evidence }),
});
const invocation = (from: number, ms: number, cold: boolean, startMs: number): Happening => ({
  kind: 'invocation',
  at: at(from),
  ms,
  function: 'site--route-swap',
  outcome: 'ok',
  cold,
  startMs,
  region,
  requestId: 'r',
});

/** Two phases, from a cold start. The peer is asked from 370 to 680. */
const HAPPENINGS: readonly Happening[] = [
  latency('execute-api', 'Connect', 380, 15),
  report(395, 300, {}),
  invocation(400, 290, true, 200),
  call('ec2', 'DescribeRouteTables', 610, 70),
  report(700, 300, {
    confirm: { verdict: 'dead', at: new Date(at(680)).toISOString(), address: '10.1.100.10', ms: 310 },
  }),
  invocation(705, 280, false, 5),
  call('dynamodb', 'GetItem', 720, 5),
  call('dynamodb', 'PutItem', 720, 8, { input: { Item: { pk: { S: 'swap' }, sk: { S: 'lease' } } } }),
  call('dynamodb', 'PutItem', 732, 8, { input: { Item: { pk: { S: 'swap' }, sk: { S: 'statement#eni-1' } } } }),
  latency('ec2', 'Connect', 735, 20),
  call('ec2', 'ReplaceRoute', 755, 180),
  call('ec2', 'ReplaceRoute', 755, 145),
  call('dynamodb', 'PutItem', 940, 8),
  call('ec2', 'DescribeRouteTables', 720, 90, {
    caller: 'arn:aws:sts::123456789012:assumed-role/Probe/site--health-probe',
  }),
];

const times = { detectedMs: 350, suspectedMs: 395, reportedMs: 700, movedMs: 935, nearMs: 300, farMs: 310 };
const stages = stagesOf({ region, happenings: HAPPENINGS, failedAt: FAILED_AT, times });

function recording(outageMs: number | null): Recording {
  return {
    trial: { failure: 'router', outageMs, lost: 50, ...times, ...(stages !== undefined && { stages }) },
    region,
    failedAt: FAILED_AT,
    ping: { sent: 200, received: 150, longestGapMs: 900, replies: [] },
    happenings: HAPPENINGS,
  };
}

const latencyReport: LatencyReport = {
  schema: 'vyos-failover.bench-latency/1',
  at: new Date(0).toISOString(),
  machine: { cpu: 'a machine', cores: 2, os: 'Linux', node: 'v24' },
  conditions: {
    encrypted: true,
    bfd: { intervalMs: 50, multiplier: 6 },
    confirmMs: 300,
    detectors: ['serf', 'bfd'],
    frr: '8.4.4',
    load: 0.5,
  },
  profiles: PROFILES,
  results: ARMS.map((arm) =>
    resultOf(arm, (arm.way === 'ours' ? [900, 950, 1_000] : [10_000, null, 9_500]).map(recording)),
  ),
};

describe('the stages of a failover', () => {
  it('are what lies between the failure and the last moved route, without a gap', () => {
    expect(stages).toEqual({
      bfd: 300,
      watcher: 50,
      worker: 20,
      confirm: 310,
      post: 20,
      start: 20,
      observe: 0,
      lease: 35,
      replace: 180,
    });
    expect(stages && Object.values<number>({ ...stages }).reduce((sum, ms) => sum + ms, 0)).toBe(times.movedMs);
  });

  it('are unknown where no confirmed report moved the routes', () => {
    const others = HAPPENINGS.filter(({ kind }) => kind !== 'http-api');
    expect(stagesOf({ region, happenings: others, failedAt: FAILED_AT, times })).toBeUndefined();
  });
});

describe('the spans of a failover', () => {
  const spans = spansOf(recording(900)).map(({ part, name, from, to }) => `${part}: ${name} ${from}–${to}`);

  it('have the router, the network, the start of the function and the calls of route-swap', () => {
    expect(spans).toEqual(
      expect.arrayContaining([
        'router: BFD waits for missing packets 0–300',
        'router: suspected report is signed and sent 350–395',
        'router: peer is asked 370–680',
        'network: connect to the API 380–395',
        'function: cold start 400–600',
        'function: route-swap runs 600–690',
        'function: warm start 705–710',
        'AWS: ReplaceRoute 755–935',
      ]),
    );
  });

  it('end when the last route has moved', () => {
    expect(spans).toContain('function: route-swap runs 710–935');
    expect(spans.filter((span) => span.includes('PutItem'))).toEqual(['AWS: PutItem 720–728', 'AWS: PutItem 732–740']);
  });
});

describe('the benchmark of latencies', () => {
  it('measures each profile warm and cold, with one phase and two, and the original', () => {
    expect(ARMS).toHaveLength(15);
    const table = showLatency(latencyReport);
    expect(table).toMatch(/plausible {2}2 phases, cold +3 .* 0\.90 \/ 0\.95 \/ 1\.00 +0\.10/);
    expect(table).toContain('3 (1 without an end)');
    expect(table).toMatch(/plausible {2}1 phase, warm +300 +50 +20 +310 +20 +20 +0 +35 +180/);
    expect(table).toMatch(/EC2, ReplaceRoute and other writes +40 \/ 128 +180 \/ 700 +600 \/ 1800/);
  });

  it('draws every trial that came to an end, and the failovers that are explained', () => {
    const chart = latencyChart(latencyReport);
    expect(chart.match(/<circle/g)).toHaveLength(12 * 3 + 3 * 2);
    expect(XMLValidator.validate(chart)).toBe(true);
    const flames = flamesIn(latencyReport);
    expect(flames.map(({ file }) => file)).toEqual([
      'flame-lab-warm.svg',
      'flame-plausible-warm.svg',
      'flame-plausible-cold.svg',
    ]);
    for (const { flame } of flames) {
      const svg = flameOf(flame);
      expect(XMLValidator.validate(svg)).toBe(true);
      expect(svg).toContain('peer is asked');
      expect(svg).toContain('310 ms');
    }
  });
});
