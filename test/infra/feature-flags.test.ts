import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CreatedIds } from '#infra/created/created-ids.ts';
import { FEATURE_FLAGS } from '#infra/feature-flags.ts';
import { SiteStack } from '#infra/site-stack.ts';
import { APP_OPTIONS } from '#infra/site-stacks.ts';
import { VyosFailoverSite } from '#infra/vyos-failover-site.ts';
import { VyosFailoverTopology } from '#infra/vyos-failover-topology.ts';
import { names, tokyo, topology } from '../stacks/site-under-test.ts';
import { functionsBuilt } from '../stacks/synthesized.ts';

const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-feature-flags-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The template without any flag in the app's context. */
let tested: ReturnType<typeof contentOf>;
beforeAll(async () => {
  await functionsBuilt();
  tested = ownStack({});
});

const EXAMPLE = 'examples/tokyo-virginia.yaml';
const props = { topology, site: tokyo, created: new CreatedIds([]) };

type Context = Readonly<Record<string, unknown>>;

/** Resources and outputs of the site's stack, in an app with this context. */
function ownStack(context: Context) {
  const app = new App({ ...APP_OPTIONS, context: { ...APP_OPTIONS.context, ...context }, outdir: directory });
  return contentOf(new SiteStack(app, props));
}

/** The same of another app's stack with the construct. Its id is in the ids of some of CDK's own resources. */
function foreignStack(context: Context, addContent: (stack: Stack) => void = () => {}) {
  const stack = new Stack(new App({ context, outdir: directory }), names.stack, { env: { region: tokyo.region } });
  addContent(stack);
  new VyosFailoverSite(stack, 'Default', { topology: VyosFailoverTopology.fromFile(EXAMPLE), site: tokyo.name });
  return contentOf(stack);
}

function contentOf(stack: Stack) {
  const { Resources, Outputs } = Template.fromStack(stack).toJSON() as Record<string, Record<string, unknown>>;
  return { Resources, Outputs };
}

const { context: cdkJson } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Context };
const opposite = Object.fromEntries(Object.entries(FEATURE_FLAGS).map(([flag, value]) => [flag, !value]));

it('the template is the same with the feature flags of cdk.json, with none, and with the opposite ones', () => {
  expect(Object.keys(tested.Resources ?? {}).length).toBeGreaterThan(40);
  expect(ownStack(cdkJson)).toEqual(tested);
  expect(ownStack(opposite)).toEqual(tested);
});

it('another app has that template, whatever its feature flags are', () => {
  expect(foreignStack(cdkJson)).toEqual(tested);
  expect(foreignStack({})).toEqual(tested);
  expect(foreignStack(opposite)).toEqual(tested);
});

it('a stack that has content keeps the flags of its app: without partition literals, the partition is a reference', () => {
  const context = { ...FEATURE_FLAGS, '@aws-cdk/core:enablePartitionLiterals': false };
  const template = foreignStack(context, (stack) => new Construct(stack, 'Content'));
  expect(JSON.stringify(template)).toContain('{"Ref":"AWS::Partition"}');
  expect(inPartition('aws', template)).toEqual(inPartition('aws', tested));
});

/**
 * A template as CloudFormation reads it in a partition: the reference to it is its name, and joined texts are one text. Lists are
 * sorted, because CDK sorts the statements of a policy by what it knows of their ARNs.
 */
function inPartition(partition: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => inPartition(partition, each)).toSorted(byText);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  if (object['Ref'] === 'AWS::Partition') return partition;
  if (Array.isArray(object['Fn::Join']) && object['Fn::Join'][0] === '')
    return joined((object['Fn::Join'][1] as unknown[]).map((each) => inPartition(partition, each)));
  return Object.fromEntries(Object.entries(object).map(([key, each]) => [key, inPartition(partition, each)]));
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function joined(parts: readonly unknown[]): unknown {
  const merged: unknown[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged.splice(-1, 1, last + part);
    else merged.push(part);
  }
  return merged.length === 1 ? merged[0] : { 'Fn::Join': ['', merged] };
}
