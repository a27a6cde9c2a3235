import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Topology } from '#topology/topology.ts';
import type { Template } from './template.ts';

/** An empty Debian package: the agent's own changes no price. */
const NO_AGENT = '!<arch>\n';

/**
 * The templates of a topology's stacks, by name, made in this process. The SSM agent's package and the account are not needed: what
 * depends on them has no price.
 */
export async function synthesizeStacks(topology: Topology): Promise<ReadonlyMap<string, Template>> {
  const [{ App }, { addStacks, APP_OPTIONS }] = await Promise.all([
    import('aws-cdk-lib'),
    import('#infra/site-stacks.ts'),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-cost-'));
  try {
    writeFileSync(join(folder, 'agent.deb'), NO_AGENT);
    const app = new App({ ...APP_OPTIONS, outdir: join(folder, 'out') });
    await addStacks(app, { ...topology, ssmAgent: 'agent.deb' }, folder);
    return new Map(app.synth().stacks.map(({ stackName, template }) => [stackName, template as Template]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
