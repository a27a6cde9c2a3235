/**
 * Synthesizes the stacks of every example, and of one that posts to a Slack channel, and validates them with cdk-nag and CDK's own rules:
 * every kind of stack that there is. Prints what they find, and ends with 1 if it is more than a warning. `npm run synth` runs it, after
 * `cdk synth` of one example.
 *
 * Argument: the folder for the assemblies, which is replaced; each is in a folder named as its example is.
 */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { APP_OPTIONS, addSiteStacks } from '#infra/site-stacks.ts';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import { AGENT_PACKAGE, withImageById } from './stand-ins.ts';

const SLACK = '\nnotify: { email: [on-call@example.com], slack: { workspace: T0123ABCD, channel: C0123ABCD } }\n';

const [, , out = 'cdk.out/examples'] = process.argv;
rmSync(out, { recursive: true, force: true });
const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-examples-'));
try {
  writeFileSync(join(folder, 'amazon-ssm-agent.deb'), AGENT_PACKAGE);
  for (const [name, text] of topologies()) await synthesize(name, text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function topologies(): Map<string, string> {
  const examples = globSync('examples/*.yaml').map(
    (file) => [basename(file, '.yaml'), readFileSync(file, 'utf8')] as const,
  );
  const texts = new Map(examples);
  return texts.set('slack', `${texts.get('tokyo-virginia')}${SLACK}`);
}

/** CDK writes what the rules find to stderr, and sets the exit code. @throws Error for a topology with mistakes */
async function synthesize(name: string, text: string): Promise<void> {
  const { topology, mistakes } = loadTopology(withImageById(text), `${name}.yaml`);
  if (topology === undefined) throw new Error(renderMistakes(mistakes));
  const app = new App({ ...APP_OPTIONS, outdir: join(out, name) });
  await addSiteStacks(app, topology, folder);
  app.synth();
}
