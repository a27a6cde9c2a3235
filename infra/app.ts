import { readFileSync } from 'node:fs';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Topology } from '#topology/topology.ts';
import { whyRefused } from './role-policies.ts';
import { SiteStack } from './site-stack.ts';
import { OncePerShape } from './template-validation.ts';

/** Topology file in, one stack per site out. Stacks know nothing of each other: a region never waits for another. */
// Stack traces of each construct and the tree of constructs: a sixth of the time with sixty sites, and nothing here reads them.
const app = new App({ treeMetadata: false, context: { 'aws:cdk:disable-stack-trace': true } });
const topology = readTopology(app);
for (const site of topology.sites) new SiteStack(app, { topology, site });
Validations.of(app).addPlugins(new OncePerShape(), new AwsSolutionsChecks(app, { verbose: true }));
app.synth();

/** The file named by `-c topology=FILE`, else VYOS_FAILOVER_TOPOLOGY, else topology.yaml. Ends the process if it cannot be deployed. */
function readTopology(of: App): Topology {
  const named: unknown = of.node.tryGetContext('topology');
  const file = typeof named === 'string' ? named : (process.env.VYOS_FAILOVER_TOPOLOGY ?? 'topology.yaml');
  try {
    const { topology: loaded, mistakes } = loadTopology(readFileSync(file, 'utf8'), file);
    const why = loaded && whyRefused(loaded);
    if (loaded !== undefined && why?.length === 0) return loaded;
    process.stderr.write(`${why?.join('\n') ?? renderMistakes(mistakes ?? [])}\n`);
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(`${message}\nName the topology file: npx cdk synth -c topology=FILE\n`);
  }
  process.exit(2);
}
