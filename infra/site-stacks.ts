import { type App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { withCreatedAddresses } from '#topology/created-ids.ts';
import type { Topology } from '#topology/topology.ts';
import { buildBundles } from './build-functions.ts';
import { AddressesStack } from './created/addresses-stack.ts';
import { CreatedIds } from './created/created-ids.ts';
import { addRouterStacks } from './created/router-stacks.ts';
import { agentFile } from './router-bundles/agent-package.ts';
import { SiteStack } from './site-stack.ts';
import { type SlackChannel, slackChannels } from './slack-channels.ts';
import { SlackStack } from './slack-stack.ts';
import { OncePerShape } from './template-validation.ts';

export const APP_OPTIONS: AppProps = {
  // A sixth of the time with sixty sites, and nothing reads it; nor the stack traces of each construct.
  treeMetadata: false,
  context: {
    'aws:cdk:disable-stack-trace': true,
    // References between stacks are read when the reading stack is deployed (`Fn::GetStackOutput`): no export ties one to the other.
    '@aws-cdk/core:defaultCrossStackReferences': 'weak',
  },
};

/** Its engine takes seconds to start: one for all apps of a process. */
let validation: OncePerShape | undefined;

/**
 * The functions' code, the stacks of a topology, and the validation of all. One per site; for what the deployment creates, one before it
 * (the addresses) and one per router after it. Stacks of sites that exist do not refer to each other: no region waits for another.
 *
 * @param folder the topology file's, in which the SSM agent's package is looked for
 */
export async function addSiteStacks(app: App, described: Topology, folder: string): Promise<void> {
  await addStacks(app, described, folder);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  // The variable by which CDK's own plugin is switched off, whose place this one takes.
  if (process.env['CDK_VALIDATION'] === 'false') return;
  validation ??= new OncePerShape();
  Validations.of(app).addPlugins(validation);
}

/** The same without the validation: for reading the templates. */
export async function addStacks(app: App, described: Topology, folder: string): Promise<void> {
  await buildBundles();
  const topology = withCreatedAddresses(described);
  const created = new CreatedIds(
    topology.sites.filter(isCreated).map((site) => new AddressesStack(app, { topology, site })),
  );
  const agent = agentFile(topology, folder);
  const siteStacks = new Map(
    topology.sites.map((site) => [site.name, new SiteStack(app, { topology, site, created, agent })] as const),
  );
  addRouterStacks(app, { topology, created, siteStacks, agent });
  for (const channel of slackChannels(topology)) addSlackStack(app, topology, channel, siteStacks);
}

/** It is deployed after its sites, whose topics it names. */
function addSlackStack(
  app: App,
  topology: Topology,
  channel: SlackChannel,
  siteStacks: ReadonlyMap<string, SiteStack>,
): void {
  const slack = new SlackStack(app, topology, channel);
  for (const { name } of channel.sites) {
    const siteStack = siteStacks.get(name);
    if (siteStack !== undefined) slack.addStackDependency(siteStack);
  }
}

function isCreated({ vpc, routers: { active, standby } }: Topology['sites'][number]): boolean {
  return vpc.create || active.creation !== undefined || standby.creation !== undefined;
}
