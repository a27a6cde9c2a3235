import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { priceOf, showPrice } from '#acceptance/account/price.ts';
import { durationsOf, measuredSwap } from '#acceptance/events/measured-swap.ts';
import { hostTemplate, hostUserData } from '#acceptance/hosts/host-template.ts';
import { readingsIn, type Traffic, trafficBetween } from '#acceptance/hosts/readings.ts';
import { readOptions } from '#acceptance/options.ts';
import { reportMarkdown } from '#acceptance/report/markdown.ts';
import type { EventRecord, ReportDraft } from '#acceptance/report/report.ts';
import type { HistoryView } from '#cli/views/history-view.ts';
import { topology } from './fake-account.ts';

const T = Date.parse('2026-12-01T10:00:00.000Z');
const alive = (s: number, answered = 9, unanswered = 0) =>
  `acceptance-probe alive at=${(T / 1000 + s).toFixed(3)} sent=10 answered=${answered} unanswered=${unanswered}\n`;
const gap = (from: number, to: number, lost: number, next: number) =>
  `acceptance-probe gap ${Object.entries({ from, to })
    .map(([name, s]) => `${name}=${(T / 1000 + s).toFixed(3)}`)
    .join(' ')} lost=${lost} next=${(T / 1000 + next).toFixed(3)} back=${(T / 1000 + next + 0.16).toFixed(3)}\n`;

describe('the readings of a host', () => {
  it('are the gaps that its console did not show before, amid what other programs write', () => {
    const before = readingsIn(`[    1.2] systemd\n${gap(1, 1.1, 6, 1.12)}${alive(10)}`);
    const now = readingsIn(`login: ${gap(1, 1.1, 6, 1.12)}${alive(10)}${gap(20, 20.88, 45, 20.9)}${alive(30)}`);
    expect(trafficBetween(before, now)).toEqual({
      measured: true,
      lost: 45,
      gaps: [{ from: T + 20_000, to: T + 20_880, lost: 45, next: T + 20_900, back: T + 21_060 }],
    });
  });

  it.each([
    ['no readings', alive(10), '', 'shows no readings'],
    ['readings of before', alive(10), alive(10), 'shows no newer readings'],
    ['a probe that no answer ever reached', alive(10, 0), alive(20, 0), 'no probe was ever answered'],
    ['an outage that lasts', alive(10), alive(20, 9, 440), 'the last 440 probes (8.8 s) were not answered'],
  ])('are none with %s: a loss of nothing is never concluded', (_, before, now, why) => {
    expect(trafficBetween(readingsIn(before), readingsIn(now))).toMatchObject({
      measured: false,
      why: expect.stringContaining(why) as string,
    });
  });
});

const entry: HistoryView = {
  at: new Date(T + 1_000).toISOString(),
  id: 'r1',
  detector: 'bfd',
  outcome: 'swapped',
  reason: 'peer-failed',
  says: 'So.',
  owner: 'tokyo-2',
  epoch: 4,
  moved: 1,
  tookMs: 300,
  kind: 'swap',
  evidence: null,
  requestedBy: null,
  times: { noticed: -350, decided: 60, begun: 80, firstAccepted: 180, lastAccepted: 200 },
};
const lossOf = (from: number, next: number): Traffic => ({
  measured: true,
  lost: (next - from) / 20,
  gaps: [{ from: T + from, to: T + next - 20, lost: (next - from) / 20, next: T + next, back: T + next + 160 }],
});

it('durations join the history and the host', () => {
  expect(durationsOf(measuredSwap(entry), lossOf(0, 920))).toEqual({
    detect: 350,
    report: 350,
    decide: 60,
    journal: 20,
    replace: 120,
    readBack: 100,
    dataPlane: 20,
    outage: 920,
    lost: 46,
  });
});

it('a report shows what was measured, what was not, and what went wrong', () => {
  const none: Traffic = { measured: false, why: 'the console of the measuring host shows no readings' };
  const event = (name: string, kind: EventRecord['kind'], more: Partial<EventRecord>): EventRecord => {
    const swap = measuredSwap(entry);
    const record = { swap, traffic: none, noticed: null, problem: null, ...more };
    const durations = durationsOf(record.swap ?? undefined, record.traffic);
    return { name, kind, site: 'tokyo', from: 'tokyo-1', startedAt: new Date(T).toISOString(), durations, ...record };
  };
  const draft: ReportDraft = {
    version: '0.1.0',
    startedAt: new Date(T).toISOString(),
    endpoint: null,
    regions: ['ap-northeast-1', 'us-east-1'],
    images: { tokyo: { id: 'ami-1', name: 'VyOS 1.4.3' } },
    instanceTypes: ['c5n.large'],
    software: [{ router: 'tokyo-1', system: 'VyOS 1.4.3', agent: '3.3.3000.0' }],
    routeLatencies: [],
    steps: [{ name: 'cdk deploy', tookMs: 512_300 }],
    events: [
      event('switchover 1 of 2', 'switchover', { traffic: { measured: true, lost: 0, gaps: [] } }),
      event('switchover 2 of 2', 'switchover', { traffic: lossOf(900, 960) }),
      event('game day: stop', 'stop', { traffic: lossOf(0, 920) }),
      event('game day: agent', 'agent', { swap: null, noticed: 'tokyo-1 is not fit' }),
      event('game day: reboot', 'reboot', { swap: null }),
      event('upgrade', 'upgrade', { swap: null, problem: 'tokyo: tokyo-2 is not proven fit' }),
    ],
    problems: ['The remaining events were left out, because the site was not as before.'],
  };
  expect(reportMarkdown(draft)).toBe(readFileSync('test/acceptance/golden/report.md', 'utf8'));
  expect(reportMarkdown({ ...draft, endpoint: 'http://127.0.0.1:4566' })).toContain('**Not AWS**');
});

it('a host can be reached by the other site alone, and has no role, public address or internet', () => {
  const host = { site: 'tokyo', vpc: 'vpc-1', subnet: 'subnet-1', address: '10.1.0.10', peer: '10.2.0.10' };
  const template = hostTemplate({ ...host, peerNetwork: '10.2.0.0/20' });
  const { Resources } = JSON.parse(template) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  expect(Object.values(Resources).map(({ Type }) => Type)).toEqual(
    ['SecurityGroup', 'LaunchTemplate', 'Instance'].map((type) => `AWS::EC2::${type}`),
  );
  const sources = [...template.matchAll(/"CidrIp":"([^"]*)"/g)].map(([, source]) => source);
  expect(new Set(sources)).toEqual(new Set(['10.2.0.0/20']));
  expect(template).toContain('"HttpTokens":"required"');
  expect(template).not.toMatch(/IamInstanceProfile|"AssociatePublicIpAddress":true|KeyName/);
  expect(Buffer.byteLength(hostUserData(host))).toBeLessThan(16_384);
  expect(() => hostUserData({ peer: '10.2.0.10; reboot' })).toThrow('is not an IPv4 address');
});

it('the price names what it does not know, and that it is not verified', () => {
  const [tokyo, virginia] = topology.sites;
  const elsewhere = { ...topology, sites: [tokyo, { ...virginia, region: 'me-south-1' }] } as typeof topology;
  expect(showPrice(priceOf(elsewhere))).toMatch(
    /2 × router c5n.large in me-south-1: price not known\n[^]*computed from list prices and not verified\.\nNot included: the software price/,
  );
});

it('ten switchovers are the default', () => {
  expect(readOptions(['--profile', 'p'])).toMatchObject({ profile: 'p', switchovers: 10, yes: false, destroy: false });
});
