import { type App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Topology } from '#topology/topology.ts';
import { buildBundles } from './bundle.ts';
import { SiteStack } from './site-stack.ts';
import { OncePerShape } from './template-validation.ts';

/** Without stack traces of each construct and the tree of constructs: a sixth of the time with sixty sites, and nothing reads them. */
export const APP_OPTIONS: AppProps = { treeMetadata: false, context: { 'aws:cdk:disable-stack-trace': true } };

/** Its engine takes seconds to start: one for all apps of a process. */
let validation: OncePerShape | undefined;

/** The functions' code, one stack per site, and the validation of all. Stacks do not refer to each other: no region waits for another. */
export async function addSiteStacks(app: App, topology: Topology): Promise<void> {
  await buildBundles();
  for (const site of topology.sites) new SiteStack(app, { topology, site });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  // The variable by which CDK's own plugin is switched off, whose place this one takes.
  if (process.env['CDK_VALIDATION'] === 'false') return;
  validation ??= new OncePerShape();
  Validations.of(app).addPlugins(validation);
}
