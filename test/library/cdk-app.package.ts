import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthesized } from '../stacks/synthesized.ts';
import { PackedApp, templatesIn } from './packed-app.ts';

const EXAMPLE = 'examples/tokyo-virginia.yaml';
const topology = readFileSync(EXAMPLE, 'utf8');

let app: PackedApp;
let ours: ReadonlyMap<string, Record<string, unknown>>;
beforeAll(async () => {
  // First: it also builds the functions, once in a run of the tests.
  ours = templatesIn(await synthesized(EXAMPLE));
  app = await PackedApp.make();
});
afterAll(() => app.remove());

it('an app of 15 lines with the packed library makes the templates that a checkout makes', async () => {
  const lines = readFileSync('examples/cdk-app/app.ts', 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(15);
  const theirs = await app.synthesize(topology);
  expect([...theirs.keys()]).toEqual([...ours.keys()]);
  for (const [stack, { Description, ...template }] of ours) {
    expect(Description).toMatch(/^vyos-failover: site /);
    expect(theirs.get(stack)).toEqual(template);
  }
});

it('all mistakes of its topology are in the error', async () => {
  const wrong = topology.replace('asn: 65001', 'asn: none').replace('cidr: 10.1.0.0/16', 'cidr: 10.1.0.0/99');
  await expect(app.synthesize(wrong)).rejects.toThrow(/topology\.yaml:\d+:\d+: [^]*\n\n2 mistakes/);
});

it('the app compiles against the packed types, and a wrong property does not', async () => {
  const printed = await app.compile(
    [
      "import { App, Stack } from 'aws-cdk-lib';",
      "import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';",
      "import { VyosFailoverSite, VyosFailoverTopology } from 'cdk-vyos-failover';",
      "const topology = VyosFailoverTopology.fromText('name: x');",
      "const stack = new Stack(new App(), 'Stack');",
      "const site = new VyosFailoverSite(stack, 'Site', { topology, site: 'tokyo' });",
      "site.metricFailoverReady({ statistic: 'Average' }).createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });",
      'export const names: string[] = [site.topic.topicArn, site.table.tableArn, site.api.url, site.api.routeArn];',
      '// @ts-expect-error a topology is read before',
      "new VyosFailoverSite(stack, 'Site', { topology: 'topology.yaml', site: 'tokyo' });",
      '// @ts-expect-error no such property',
      "new VyosFailoverSite(stack, 'Site', { topology, site: 'tokyo', sites: [] });",
      '// @ts-expect-error not part of the library',
      'topology._deployable;',
    ].join('\n'),
  );
  expect(printed).toBe('');
});

it('the package has no dependencies but CDK, and names the licences of other code in it', () => {
  const library = join(app.folder, 'node_modules', 'cdk-vyos-failover');
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as Record<
    string,
    object
  >;
  expect(dependencies).toBeUndefined();
  expect(Object.keys(peerDependencies ?? {})).toEqual(['aws-cdk-lib', 'constructs']);
  expect(readFileSync(join(library, 'NOTICES.txt'), 'utf8')).toMatch(/@aws-sdk\/client-ec2 .*\n[^]*yaml /);
});
