import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiQuota } from '#cli/doctor/checks/api-quota.ts';
import { CONFIG_PUSH_PATHS } from '#contracts/config-push-api.ts';
import { ACT_PATHS } from '#contracts/site-api.ts';
import { VyosFailoverSite } from '#infra/vyos-failover-site.ts';
import { VyosFailoverTopology } from '#infra/vyos-failover-topology.ts';
import { functionsBuilt } from '../stacks/synthesized.ts';

const FILE = 'examples/tokyo-virginia.yaml';
const EXAMPLE = readFileSync(FILE, 'utf8');
const topology = VyosFailoverTopology.fromFile(FILE);
/** Both of its sites are in one Region. */
const oneRegion = VyosFailoverTopology.fromText(EXAMPLE.replace('us-east-1', 'ap-northeast-1'));

const outdir = mkdtempSync(join(tmpdir(), 'vyos-failover-site-'));
beforeAll(async () => {
  await functionsBuilt();
});
afterAll(() => {
  rmSync(outdir, { recursive: true, force: true });
});

function stackIn(region: string | undefined, app = new App({ outdir })): Stack {
  return new Stack(app, 'Network', region === undefined ? {} : { env: { region } });
}

it('two sites of one Region fit into one stack, each with its own names', () => {
  const stack = stackIn('ap-northeast-1');
  for (const site of oneRegion.siteNames) new VyosFailoverSite(stack, site, { topology: oneRegion, site });
  const template = Template.fromStack(stack);
  const { Resources, Metadata } = template.toJSON() as Record<
    string,
    Record<string, { Type: string; Properties?: unknown }>
  >;
  const nameKeys = ['FunctionName', 'Name', 'AlarmName', 'LogGroupName', 'TableName', 'RuleName', 'RoleName'];
  const named = Object.values(Resources ?? {}).filter(({ Type }) => Type !== 'AWS::Lambda::Alias');
  const names = named.flatMap(({ Properties }) =>
    Object.entries(Properties ?? {}).flatMap(([key, value]) =>
      nameKeys.includes(key) && typeof value === 'string' ? [`${key} ${value}`] : [],
    ),
  );
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(Object.keys(Metadata ?? {})).toEqual([
    'vyos-failover-tokyo-virginia--tokyo',
    'vyos-failover-tokyo-virginia--virginia',
  ]);
});

it.each([
  ['', 20, 5],
  ['reservedConcurrency: 7', 7, 5],
  ['reservedConcurrency: 0', undefined, undefined],
])(
  'concurrency of config-push is reserved beside that of route-swap, unless none is: %s',
  (key, routeSwap, configPush) => {
    const text = EXAMPLE.replace(/^ {4}region: ap-northeast-1$/m, `$&\n    ${key}`);
    const stack = stackIn('ap-northeast-1');
    new VyosFailoverSite(stack, 'tokyo', { topology: VyosFailoverTopology.fromText(text), site: 'tokyo' });
    const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')) as {
      readonly Properties: { readonly FunctionName?: string; readonly ReservedConcurrentExecutions?: number };
    }[];
    const reserved = functions.flatMap(
      ({ Properties: { FunctionName: name = '', ReservedConcurrentExecutions: count } }) =>
        count === undefined ? [] : [[name.split('--').at(-1), count]],
    );
    expect(Object.fromEntries(reserved)).toEqual({
      ...(routeSwap !== undefined && { 'route-swap': routeSwap }),
      ...(configPush !== undefined && { 'config-push': configPush }),
    });
  },
);

it.each([
  ['ap-northeast-1', 10_000],
  ['eu-south-1', 2_500],
  ['mx-central-1', 2_500],
])(
  'both APIs of a site in %s together accept less than the %i requests that an account has there',
  (region, account) => {
    const stack = stackIn(region);
    const text = EXAMPLE.replace('ap-northeast-1', region);
    new VyosFailoverSite(stack, 'tokyo', { topology: VyosFailoverTopology.fromText(text), site: 'tokyo' });
    const stages = Object.values(Template.fromStack(stack).findResources('AWS::ApiGatewayV2::Stage')) as {
      readonly Properties: { readonly DefaultRouteSettings?: object };
    }[];
    const throttles = [2, 10].map((part) => ({
      ThrottlingRateLimit: account / part,
      ThrottlingBurstLimit: account / 2 / part,
    }));
    expect(stages.map(({ Properties }) => Properties.DefaultRouteSettings)).toMatchObject(throttles);
    const find = (apiRequests: number) =>
      apiQuota.check({
        quotas: { ok: true, fact: { routesPerTable: 500, apiRequests } },
        siteRef: { site: { region } },
      } as never).found;
    expect([find(account).length, find(account / 2).length]).toEqual([0, 1]);
  },
);

it('the same site twice in one stack is refused, with both places', () => {
  const stack = stackIn('ap-northeast-1');
  new VyosFailoverSite(stack, 'One', { topology, site: 'tokyo' });
  expect(() => new VyosFailoverSite(stack, 'Two', { topology, site: 'tokyo' })).toThrow(
    'Site tokyo is in the app twice: Network/One and Network/Two. Remove one.',
  );
});

it('a stack in another Region is refused, and one without a Region', () => {
  expect(() => new VyosFailoverSite(stackIn('us-east-1'), 'Site', { topology, site: 'tokyo' })).toThrow(
    "Stack Network is in us-east-1, and site tokyo is in ap-northeast-1. Set env: { region: 'ap-northeast-1' } on the stack.",
  );
  expect(() => new VyosFailoverSite(stackIn(undefined), 'Site', { topology, site: 'tokyo' })).toThrow(
    'Stack Network has no Region, and site tokyo is in ap-northeast-1.',
  );
});

it('a site that the topology does not have is refused, with the name that was meant', () => {
  const site = (name: string) => () => new VyosFailoverSite(stackIn('us-east-1'), 'Site', { topology, site: name });
  expect(site('tokio')).toThrow('Topology tokyo-virginia has no site "tokio": did you mean tokyo?');
  expect(site('frankfurt')).toThrow('Topology tokyo-virginia has no site "frankfurt": it has tokyo, virginia.');
});

it('all mistakes of a topology are in one error, each with its line', () => {
  const wrong = EXAMPLE.replace('asn: 65001', 'asn: none').replace('cidr: 10.1.0.0/16', 'cidr: 10.1.0.0/99');
  expect(() => VyosFailoverTopology.fromText(wrong, { fileName: 'topology.yaml' })).toThrow(
    /^The topology has mistakes\.\n\ntopology\.yaml:\d+:\d+: [^]*topology\.yaml:\d+:\d+: [^]*2 mistakes$/,
  );
  expect(() => VyosFailoverTopology.fromFile('missing.yaml')).toThrow('The topology cannot be read: ENOENT');
});

it('a topology that creates routers is refused, with the way to deploy it', () => {
  writeFileSync(join(outdir, 'amazon-ssm-agent.deb'), '!<arch>\n');
  const created = VyosFailoverTopology.fromText(readFileSync('examples/created.yaml', 'utf8'), { folder: outdir });
  const stack = stackIn(created.region('tokyo'));
  expect(() => new VyosFailoverSite(stack, 'Site', { topology: created, site: 'tokyo' })).toThrow(
    /^VyosFailoverSite takes a topology whose VPCs and routers exist\..*docs\/created-sites\.md/,
  );
});

it('a topology with a Slack channel is refused, with what to do instead', () => {
  const slack = VyosFailoverTopology.fromText(
    `${EXAMPLE}\nnotify: { slack: { workspace: T0123ABCD, channel: C0123ABCD } }\n`,
  );
  const site = () => new VyosFailoverSite(stackIn('ap-northeast-1'), 'Site', { topology: slack, site: 'tokyo' });
  expect(site).toThrow(/^VyosFailoverSite cannot configure a Slack channel.* subscribe to the topic/);
});

interface Policy {
  readonly Properties: { readonly Roles: unknown; readonly PolicyDocument: { readonly Statement: readonly object[] } };
}

it('a viewer may make GET requests to the API, an operator each POST request, and only a third grant invokes functions', () => {
  const stack = stackIn('ap-northeast-1');
  const site = new VyosFailoverSite(stack, 'Site', { topology, site: 'tokyo' });
  const role = (id: string) => new Role(stack, id, { assumedBy: new AccountRootPrincipal() });
  site.grantView(role('Viewer'));
  site.grantSwitchover(role('Operator'));
  site.grantBypassApi(role('Emergency'));
  const template = Template.fromStack(stack);
  const policies = Object.values(template.findResources('AWS::IAM::Policy') as unknown as Record<string, Policy>);
  const permitted = (id: string) => {
    const found = policies.find(({ Properties }) => JSON.stringify(Properties.Roles).includes(id));
    const text = JSON.stringify(found?.Properties.PolicyDocument.Statement);
    const paths = [...text.matchAll(/\$default\/([^"]+)/g)]
      .map(([, path = '']) => path)
      .sort((a, b) => a.localeCompare(b));
    return { actions: [...text.matchAll(/"([a-z-]+:[A-Z]\w+)"/g)].map(([, action]) => action), paths };
  };
  const view = 'GET/v1/sites/tokyo/*';
  const acts = [...ACT_PATHS, ...CONFIG_PUSH_PATHS].map((path) => `POST/v1/sites/tokyo/${path}`).toSorted();
  expect(permitted('Viewer')).toEqual({ actions: ['execute-api:Invoke', 'ssm:GetParameter'], paths: [view] });
  expect(permitted('Operator')).toEqual({
    actions: ['execute-api:Invoke', 'ssm:GetParameter'],
    paths: [view, ...acts],
  });
  expect(permitted('Emergency')).toEqual({ actions: ['lambda:InvokeFunction'], paths: [] });
});

it('its metrics are those that the functions emit', () => {
  const site = new VyosFailoverSite(stackIn('ap-northeast-1'), 'Site', { topology, site: 'tokyo' });
  const { metricName, namespace, dimensions, statistic } = site.metricFailoverReady();
  expect({ metricName, namespace, dimensions, statistic }).toEqual({
    metricName: 'FailoverReady',
    namespace: 'vyos-failover',
    dimensions: { topology: 'tokyo-virginia', site: 'tokyo', service: 'health-probe' },
    statistic: 'Minimum',
  });
  expect(site.metricSwapDuration({ statistic: 'p99' }).statistic).toBe('p99');
});
