import { Examination } from '#contracts/examination.ts';
import { Rehearsal } from '#contracts/rehearsal.ts';
import { SiteStatus } from '#contracts/site-status.ts';
import { namesOf, nameWithin } from '#infra/names.ts';
import type { Cli } from '../cli.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import { askForPlan } from '../push/requests.ts';
import { routersOf } from '../require-name.ts';
import { readSecretStatuses, type SecretStatus } from '../secrets/read-secrets.ts';
import type { TopologyText } from '../topology-file.ts';
import { type CalledService, explainingFaults } from '../transport/explaining-faults.ts';
import { invokeSite, type SiteRef } from '../transport/invoke-site.ts';
import { isWithoutCredentials } from '../transport/without-credentials.ts';
import { observationOf } from '../views/observation-of.ts';
import { siteView } from '../views/site-view.ts';
import type { Read } from './outcome.ts';
import type { SiteFacts } from './site-facts.ts';

/** What is known of a site before the other sites are known: they have the other ends of its keys. */
export type FactsOfSite = Omit<SiteFacts, 'examinedRouters' | 'secrets'>;

/** A site that does not answer. */
export interface UnreadSite {
  readonly siteRef: SiteRef;
  readonly says: string;
  readonly hint?: string | undefined;
}

/**
 * Reads everything about a site in parallel. A fact that cannot be read does not hide the others.
 *
 * @throws CommandError (exit code 1) without valid credentials
 */
export async function readFacts(siteRef: SiteRef, text: string, cli: Cli): Promise<FactsOfSite | UnreadSite> {
  const { environment, io } = cli;
  const by = { environment, signal: io.signal };
  const [status, rehearsal, examination, plan, rules, acls, alarms, subscriptions, concurrency] = await Promise.all([
    invokeSite(siteRef, { action: 'status' }, SiteStatus, by).catch(unread(siteRef)),
    read(() => invokeSite(siteRef, { action: 'rehearse' }, Rehearsal, by)),
    read(() => invokeSite(siteRef, { action: 'examine' }, Examination, by)),
    read(() => askForPlan(siteRef, { text, overrides: [] }, cli)),
    ...cloudFacts(siteRef, cli),
  ]);
  if ('says' in status) return status;
  const view = siteView(siteRef, status);
  const seen = { status, view, observation: observationOf(status) };
  return { siteRef, ...seen, rehearsal, examination, plan, rules, acls, alarms, subscriptions, concurrency };
}

/** Of the whole topology: a tunnel's key is in the Regions of both ends. */
export function readSecretFacts({ topology }: TopologyText, cli: Cli): Promise<Read<readonly SecretStatus[]>> {
  return read(() => readSecretStatuses(topology, cli));
}

function cloudFacts({ topology, site }: SiteRef, cli: Cli) {
  const { cloud } = cli.environment;
  const { region } = site;
  const { signal } = cli.io;
  const calling = <T>(service: CalledService['service'], grant: string, call: () => Promise<T>) =>
    read(() => explainingFaults({ service, region, grant }, cli, call));
  const enis = routersOf(site).flatMap(({ eni }) => eni ?? []);
  const stack = { region, name: namesOf(topology, site).stack };
  return [
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
  ] as const;
}

async function read<Fact>(reading: () => Promise<Fact>): Promise<Read<Fact>> {
  try {
    return { ok: true, fact: await reading() };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { says, hint } = saysAndHint(error.message);
    return { ok: false, why: hint === undefined ? says : `${says} (${hint})` };
  }
}

function unread(siteRef: SiteRef): (error: unknown) => UnreadSite {
  return (error) => {
    if (!(error instanceof CommandError) || isWithoutCredentials(error)) throw error;
    return { siteRef, ...saysAndHint(error.message) };
  };
}
