import { namesOf, nameWithin } from '#infra/names.ts';
import type { Cli } from '../cli.ts';
import { routersOf } from '../require-name.ts';
import { type CalledService, explainingFaults } from '../transport/explaining-faults.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import type { Read } from './outcome.ts';
import { read } from './read.ts';
import type { SiteFacts } from './site-facts.ts';
import { LISTED, listedMetrics, namedMetrics, type ThrottledCalls } from './throttle-metrics.ts';

/** What the command line reads of AWS itself, with the operator's permissions. */
type CloudFacts = Pick<
  SiteFacts,
  'rules' | 'acls' | 'alarms' | 'subscriptions' | 'concurrency' | 'quotas' | 'tables' | 'throttled'
>;

/** Reads all of them in parallel. */
export async function readCloudFacts(siteRef: SiteRef, cli: Cli): Promise<CloudFacts> {
  const { topology, site } = siteRef;
  const { cloud } = cli.environment;
  const { region } = site;
  const { signal } = cli.io;
  const calling = <T>(service: CalledService['service'], grant: string, call: () => Promise<T>): Promise<Read<T>> =>
    read(() => explainingFaults({ service, region, grant }, cli, call));
  const enis = routersOf(site).flatMap(({ eni }) => eni ?? []);
  const stack = { region, name: namesOf(topology, site).stack };
  const [rules, acls, alarms, subscriptions, concurrency, quotas, tables, throttled] = await Promise.all([
    calling('EC2', 'grant ec2:DescribeNetworkInterfaces and ec2:DescribeSecurityGroups', () =>
      cloud.inboundRules(region, enis, signal),
    ),
    calling('EC2', 'grant ec2:DescribeNetworkInterfaces and ec2:DescribeNetworkAcls', () =>
      cloud.networkAcls(region, enis, signal),
    ),
    calling('CloudWatch', 'grant cloudwatch:DescribeAlarms', () =>
      cloud.alarmStates(region, nameWithin(stack.name, ''), signal),
    ),
    calling('SNS', 'grant cloudformation:DescribeStacks and sns:ListSubscriptionsByTopic', async () => {
      const outputs = (await cloud.describeStack(stack, signal))?.outputs ?? {};
      const topic = Object.entries(outputs).find(([name]) => name.includes('AlarmTopicArn'))?.[1];
      if (topic === undefined) throw new Error(`the stack ${stack.name} has no output AlarmTopicArn`);
      return cloud.subscriptionsOf(region, topic, signal);
    }),
    calling('Lambda', 'grant lambda:GetAccountSettings', () => cloud.concurrencyOf(region, signal)),
    calling('Service Quotas', 'grant servicequotas:GetServiceQuota and servicequotas:GetAWSDefaultServiceQuota', () =>
      cloud.quotasOf(region, signal),
    ),
    calling('EC2', 'grant ec2:DescribeRouteTables and ec2:DescribeManagedPrefixLists', () =>
      cloud.controlledTables(region, signal),
    ),
    calling('CloudWatch', 'grant cloudwatch:ListMetrics and cloudwatch:GetMetricData', () =>
      readThrottled(siteRef, cli),
    ),
  ]);
  return { rules, acls, alarms, subscriptions, concurrency, quotas, tables, throttled };
}

const DAY_MS = 86_400_000;

async function readThrottled({ topology, site }: SiteRef, cli: Cli): Promise<readonly ThrottledCalls[]> {
  const { cloud } = cli.environment;
  const { signal } = cli.io;
  const to = cli.environment.now();
  const listed = await Promise.all(LISTED.map((of) => cloud.listMetrics(site.region, of, signal)));
  const metrics = [...namedMetrics(topology, site), ...listedMetrics(topology, site, listed.flat())];
  const sums = await cloud.metricSums(
    site.region,
    metrics.map(({ metric }) => metric),
    { from: to - DAY_MS, to },
    signal,
  );
  return metrics.flatMap(({ by, what }, index) => {
    const times = sums[index] ?? 0;
    return times > 0 ? [{ by, what, times }] : [];
  });
}
