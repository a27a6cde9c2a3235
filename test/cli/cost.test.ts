import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costOfTopology } from '#cli/cost/cost-of-topology.ts';
import type { Resource, Template } from '#cli/cost/template.ts';
import { coloursFor } from '#cli/output/colours.ts';
import { costExitCode, costView, showCost } from '#cli/views/cost-view.ts';
import { loadTopology } from '#topology/load.ts';
import type { Topology } from '#topology/topology.ts';
import { examplesFolder } from './command-line.ts';

const plain = coloursFor({ write: () => true }, {}, false);

function topologyOf(example: string, change = (text: string) => text): Topology {
  const { topology, mistakes } = loadTopology(
    change(readFileSync(`${examplesFolder}/${example}.yaml`, 'utf8')),
    example,
  );
  if (topology === undefined) throw new Error(JSON.stringify(mistakes));
  return topology;
}

const PROBE = [{ Arn: { 'Fn::GetAtt': ['Probe', 'Arn'] } }];
const RESOURCES: Readonly<Record<string, Resource>> = {
  Probe: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'a--health-probe', MemorySize: 512 } },
  Swap: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'a--route-swap', MemorySize: 512 } },
  Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 minute)', Targets: PROBE } },
  Table: { Type: 'AWS::DynamoDB::GlobalTable' },
  One: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'A', Period: 60 } },
  Two: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { Metrics: [{ MetricStat: {} }, { MetricStat: {} }, { Expression: 'a/b' }] },
  },
};

function costs(topology: Topology, more: Readonly<Record<string, Resource>> = {}) {
  const template: Template = { Resources: { ...RESOURCES, ...more } };
  const stacks = topology.sites.map(({ name }) => [`vyos-failover-${topology.name}--${name}`, template] as const);
  return costView(topology.name, costOfTopology(topology, new Map(stacks)));
}

function site(view: ReturnType<typeof costs>, name = 'tokyo') {
  const found = view.sites.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no site ${name}`);
  const item = (what: string) => found.items.find((each) => each.what.startsWith(what));
  return { ...found, item };
}

describe('cost', () => {
  it('counts what the stacks contain: an alarm costs as many metrics as it has', () => {
    const virginia = site(costs(topologyOf('tokyo-virginia')), 'virginia');
    expect(virginia.item('alarms')).toMatchObject({ quantity: 3, price: 0.1, usd: expect.closeTo(0.3) as number });
    expect(virginia.item('dashboards')).toBeUndefined();
    const more = {
      Board: { Type: 'AWS::CloudWatch::Dashboard' },
      Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(2 minutes)', Targets: PROBE } },
    };
    const other = site(costs(topologyOf('tokyo-virginia'), more), 'virginia');
    expect(other.item('dashboards')).toMatchObject({ quantity: 1, usd: 3 });
    expect(other.item('Lambda time')?.quantity).toBeLessThan(virginia.item('Lambda time')?.quantity ?? 0);
  });

  it('another function on a schedule adds its runs, and no rounds of the probe', () => {
    const plainSite = site(costs(topologyOf('tokyo-virginia')));
    const Targets = [{ Arn: { 'Fn::GetAtt': ['Swap', 'Arn'] } }];
    const more = { Own: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 hour)', Targets } } };
    const other = site(costs(topologyOf('tokyo-virginia'), more));
    const requests = (of: typeof other) => of.item('Lambda requests')?.quantity ?? 0;
    expect(requests(other) - requests(plainSite)).toBeCloseTo(730 / 1e6, 6);
    expect(other.item('DynamoDB writes')).toEqual(plainSite.item('DynamoDB writes'));
  });

  it('each public address costs, of existing routers as well; instances only if the deployment creates them', () => {
    expect(site(costs(topologyOf('tokyo-virginia'))).items.filter(({ share }) => share === 'routers')).toMatchObject([
      { what: 'public IPv4 addresses', usd: expect.closeTo(7.3) as number },
    ]);
    const created = site(costs(topologyOf('created')));
    expect(created.items.filter(({ share }) => share === 'routers').map(({ what }) => what)).toEqual([
      'public IPv4 addresses',
      'instances, c5n.large, on demand',
      'encrypted gp3 volumes',
      'detailed monitoring',
    ]);
  });

  it('BFD is as in the topology: 138 bytes in 50 ms less jitter, and a third of that with intervals of 150 ms', () => {
    const bfdOf = (interval: string) => {
      const view = costs(
        topologyOf('tokyo-virginia', (text) =>
          text.replace(/^name: .*$/m, `$&\nbfd: { interval: ${interval}, multiplier: 3 }`),
        ),
      );
      return site(view).item('BFD and BGP to virginia')?.quantity ?? 0;
    };
    const perTunnel = (20 / 0.875) * 138;
    const bgp = 0.77;
    expect(bfdOf('50ms')).toBeCloseTo((2 * perTunnel * 2_628_000) / 1e9 + bgp / 2, 0);
    expect(bfdOf('150ms') - bgp / 2).toBeCloseTo((bfdOf('50ms') - bgp / 2) / 3, 0);
  });

  it('prefer: safety sends heartbeats', () => {
    const safe = topologyOf('tokyo-virginia', (text) => text.replace('prefer: availability', 'prefer: safety'));
    const requests = (topology: Topology) => site(costs(topology)).item('HTTP API')?.quantity ?? 0;
    expect(requests(topologyOf('tokyo-virginia'))).toBeCloseTo(0.0438);
    expect(requests(safe)).toBeCloseTo(0.0438 + 0.2628);
  });

  it('a Region without prices is no Region at no cost: each item is named, and the command ends with 3', () => {
    const view = costs(topologyOf('tokyo-virginia', (text) => text.replace('region: us-east-1', 'region: sa-east-1')));
    expect(costExitCode(view)).toBe(3);
    const { withoutPrice, items } = site(view, 'virginia');
    expect(withoutPrice).toEqual(items.map(({ what }) => what));
    expect(items.every(({ usd, price }) => usd === null && price === null)).toBe(true);
    expect([site(view, 'virginia').sums, view.total]).toEqual([
      { ours: null, routers: null, traffic: null, total: null },
      null,
    ]);
    expect(showCost(view, plain)).not.toContain('$0.00');
    expect(showCost(view, plain)).toMatch(/All sites: at least \$/);
    expect(showCost(view, plain)).toContain('Items without a price (?) are in no sum');
    expect(costExitCode(costs(topologyOf('tokyo-virginia')))).toBe(0);
  });

  it('an instance type without a price is named', () => {
    const view = costs(topologyOf('created', (text) => text.replace(/^instanceType: .*$/m, 'instanceType: m7i.large')));
    expect(site(view).withoutPrice).toEqual(['instances, m7i.large, on demand']);
  });

  it('the free tier is in no sum', () => {
    const view = costs(topologyOf('tokyo-virginia'));
    expect(view.freeTier).toBeGreaterThan(1);
    expect(view.total).toBeCloseTo(view.sites.reduce((sum, { atLeast }) => sum + atLeast.total, 0));
    for (const { sums, items } of view.sites)
      expect(sums.total).toBeCloseTo(
        items.reduce((sum, { usd }) => sum + (usd ?? 0), 0),
        1,
      );
  });
});
