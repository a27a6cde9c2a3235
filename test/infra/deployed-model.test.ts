import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VyosFailoverSite } from '#infra/vyos-failover-site.ts';
import { VyosFailoverTopology } from '#infra/vyos-failover-topology.ts';
import { functionsBuilt } from '../stacks/synthesized.ts';

const EXAMPLE = readFileSync('examples/tokyo-virginia.yaml', 'utf8');
const outdir = mkdtempSync(join(tmpdir(), 'vyos-failover-model-'));
beforeAll(async () => {
  await functionsBuilt();
});
afterAll(() => {
  rmSync(outdir, { recursive: true, force: true });
});

/** What CloudFormation compares: it makes no update of a stack whose `Metadata` alone is another. */
function synthesizedSite(text: string): { metadata: string; resources: string } {
  const app = new App({ outdir });
  const stack = new Stack(app, 'vyos-failover-tokyo-virginia--tokyo', { env: { region: 'ap-northeast-1' } });
  new VyosFailoverSite(stack, 'Site', { topology: VyosFailoverTopology.fromText(text), site: 'tokyo' });
  const { Metadata, Resources } = app.synth().getStackByName(stack.stackName).template as Record<string, unknown>;
  return { metadata: JSON.stringify(Metadata), resources: JSON.stringify(Resources) };
}

/** The two tunnels of the example, the last one first. */
function reversedTunnels(text: string): string {
  const [head = '', ...tunnels] = text.split('\n  - {\n      between');
  return [head, ...tunnels.toReversed().map((tunnel) => tunnel.trimEnd())].join('\n  - {\n      between');
}

test.each([
  ['terminationProtection', (text: string) => `${text}\nterminationProtection: true\n`],
  ['the order of the tunnels', reversedTunnels],
])('an edit of %s changes a resource, so that CloudFormation stores the model', (_, edit) => {
  const before = synthesizedSite(EXAMPLE);
  const after = synthesizedSite(edit(EXAMPLE));
  expect(after.metadata).not.toBe(before.metadata);
  expect(after.resources).not.toBe(before.resources);
});

test('a site creates no route before its tables are marked', () => {
  const { resources } = synthesizedSite(
    EXAMPLE.replace('    region: ap-northeast-1', '    region: ap-northeast-1\n    createRoutes: true'),
  );
  const found = Object.entries(JSON.parse(resources) as Record<string, { Type: string; DependsOn?: string[] }>);
  const marks = found.find(([, { Type }]) => Type === 'Custom::MarkedTables')?.[0];
  expect(found.find(([, { Type }]) => Type === 'Custom::ManagedRoutes')?.[1].DependsOn).toContain(marks);
});

test('route-swap is created after the tables are marked, and deleted before they lose their marks', () => {
  const { resources } = synthesizedSite(EXAMPLE);
  const all = JSON.parse(resources) as Record<string, { Type: string; DependsOn?: string[] }>;
  const marks = Object.entries(all).find(([, { Type }]) => Type === 'Custom::MarkedTables')?.[0];
  const routeSwap = Object.entries(all).filter(
    ([, each]) => each.Type === 'AWS::Lambda::Function' && JSON.stringify(each).includes('--tokyo--route-swap"'),
  );
  expect(routeSwap.map(([, { DependsOn }]) => DependsOn?.includes(marks ?? ''))).toEqual([true]);
});
