import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { namesOf } from '#infra/names.ts';
import { AskedSite } from './cli/asked-site.ts';
import { FakeCloud } from './cli/fake-cloud.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
interface Template {
  readonly Parameters: Readonly<Record<string, { readonly Default?: string }>>;
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** A function of CloudFormation is read as what it is applied to. */
const tag = (name: string) => ({ tag: `!${name}`, resolve: (text: string) => `\${${text}}` });
const collection = (name: string) => ({ tag: `!${name}`, collection: 'seq' as const });
const text = readFileSync(new URL('../examples/scheduled-drill/template.yaml', import.meta.url), 'utf8');
const customTags = [
  ...['Ref', 'GetAtt'].map(tag),
  { tag: '!Sub', resolve: (value: string) => value },
  ...['If', 'Equals'].map(collection),
];
const { Parameters, Resources } = parse(text, { customTags }) as Template;

const given: Readonly<Record<string, string>> = {
  Topology: 'tokyo-virginia',
  Site: 'tokyo',
  MeasuringInstance: 'i-0a1b2c3d4e5f60041',
  MeasuredAddress: '10.2.0.20',
};
const filled = (value: string) =>
  value.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => given[name] ?? Parameters[name]?.Default ?? whole);
const properties = <T>(name: string) => Resources[name]?.Properties as T;

/** The words of the build's last command, as the shell of CodeBuild reads them. */
function commandLine(): string[] {
  const { Environment, Source } = properties<{
    Environment: { EnvironmentVariables: readonly { Name: string; Value: string }[] };
    Source: { BuildSpec: string };
  }>('Drill');
  const spec = parse(Source.BuildSpec) as { phases: { build: { commands: readonly string[] } } };
  const values = new Map(Environment.EnvironmentVariables.map(({ Name, Value }) => [Name, filled(Value)]));
  const [command = ''] = spec.phases.build.commands;
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, quoted, bare = '']) => quoted ?? bare)
    .map((word) => word.replace(/^\$(\w+)$/, (whole, name: string) => values.get(name) ?? whole));
}

function drilled(now: number) {
  const site = new AskedSite();
  const cloud = new FakeCloud();
  const series = { sent: 380, received: 380, from: 0, to: 19_000, rttMs: 160, gaps: [], exceeded: false };
  const pings = { '10.2.0.20': { ...series, mtu: null, error: null } };
  cloud.onDocument = () => ({ kind: 'answered', output: JSON.stringify({ pings, routes: {} }) });
  const [npx, program, ...words] = commandLine();
  expect([npx, program]).toEqual(['npx', 'vyos-failover']);
  return { site, end: site.run(words, { cloud, now: () => now }) };
}

describe('examples/scheduled-drill/template.yaml', () => {
  test('the command of the build runs a drill, which is recorded in the history', async () => {
    const { site, end } = drilled(Date.UTC(2026, 10, 1, 2, 5));
    const { exitCode, stdout } = await end;
    expect({ exitCode, ...(JSON.parse(stdout) as object) }).toMatchObject({ exitCode: 0, outcome: 'passed' });
    expect(site.world.replaced).toHaveLength(4);
    expect(site.world.history.find(({ kind }) => kind === 'operator')?.says).toMatch(/^scheduled-drill ran a drill/);
  });

  test('outside of the window the build fails, and no route moves', async () => {
    const { site, end } = drilled(Date.UTC(2026, 10, 1, 12, 0));
    expect((await end).exitCode).toBe(4);
    expect(site.world.replaced).toEqual([]);
  });

  test('the role may run only the measuring document of the site, on one host, and stops no instance', () => {
    const { Policies } = properties<{ Policies: readonly { PolicyDocument?: { Statement: readonly object[] } }[] }>(
      'DrillRole',
    );
    const statements = JSON.stringify(Policies[0]?.PolicyDocument?.Statement);
    const { measureDocument, stack } = namesOf({ name: 'tokyo-virginia' }, { name: 'tokyo', region: 'x' } as never);
    expect(filled(statements)).toContain(`document/${measureDocument}"`);
    expect(filled(statements)).toContain('instance/i-0a1b2c3d4e5f60041"');
    expect(stack.startsWith('vyos-failover-tokyo-virginia--')).toBe(true);
    expect(statements).not.toMatch(/StopInstances|ReplaceRoute|lambda:/);
  });

  test('a schedule that is missed is not made up for, and two drills never run at once', () => {
    expect(properties<{ Target: object }>('Schedules').Target).toMatchObject({
      RetryPolicy: { MaximumRetryAttempts: 0 },
    });
    expect(properties('Drill')).toMatchObject({ ConcurrentBuildLimit: 1 });
  });
});
