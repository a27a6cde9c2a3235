import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { App } from 'aws-cdk-lib';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Topology } from '#topology/topology.ts';
import { whyRefused } from './role-policies.ts';
import { whyAgentUnusable } from './router-bundles/agent-package.ts';
import { APP_OPTIONS, addSiteStacks } from './site-stacks.ts';

/** Topology file in, stacks out. */
const app = new App(APP_OPTIONS);
const { topology, file } = readTopology(app);
await addSiteStacks(app, topology, dirname(file));
app.synth();

/** The file named by `-c topology=FILE`, else VYOS_FAILOVER_TOPOLOGY, else topology.yaml. Ends the process if it cannot be deployed. */
function readTopology(of: App): { readonly topology: Topology; readonly file: string } {
  const named: unknown = of.node.tryGetContext('topology');
  const file = typeof named === 'string' ? named : (process.env.VYOS_FAILOVER_TOPOLOGY ?? 'topology.yaml');
  try {
    const { topology: loaded, mistakes } = loadTopology(readFileSync(file, 'utf8'), file);
    const why =
      loaded && [...whyRefused(loaded), whyAgentUnusable(loaded, dirname(file))].filter((one) => one !== undefined);
    if (loaded !== undefined && why?.length === 0) return { topology: loaded, file };
    process.stderr.write(`${why?.join('\n') ?? renderMistakes(mistakes ?? [])}\n`);
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(`${message}\nName the topology file: npx cdk synth -c topology=FILE\n`);
  }
  process.exit(2);
}
