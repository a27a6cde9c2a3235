import { escapeXml } from '#emulator/query-xml.ts';
import type { Buckets } from '#emulator/s3/buckets.ts';
import { AwsError } from '#emulator/service.ts';
import { checkCapabilities } from './capabilities.ts';
import type { ChangeSets } from './change-sets.ts';
import type { Stack } from './stack.ts';
import type { Stacks } from './stacks.ts';
import { artifactOf, parametersOf } from './template-of-call.ts';
import { eventXml, resourcesOf, resourceXml, stackXml, summaryXml, valuesOf } from './wire.ts';

/** One action: its result as XML. Throws `AwsError`. */
export type Action = (
  input: Readonly<Record<string, unknown>>,
  region: string,
  edges: ActionEdges,
) => string | Promise<string>;

export interface ActionEdges {
  readonly stacks: Stacks;
  readonly changeSets: ChangeSets;
  /** Where templates are. */
  readonly buckets: Buckets;
  readonly now: () => number;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html */
export const STACK_ACTIONS: Readonly<Record<string, Action>> = {
  DescribeStacks(input, region, { stacks }) {
    const found =
      input['StackName'] === undefined
        ? stacks.all.filter((stack) => stack.region === region && stack.status !== 'DELETE_COMPLETE')
        : [named(input, region, stacks)];
    return `<Stacks>${found.map(stackXml).join('')}</Stacks>`;
  },
  /** Newest first, 100 on a page. */
  DescribeStackEvents(input, region, { stacks }) {
    const stack = named(input, region, stacks);
    const from = Number(input['NextToken'] ?? 0);
    const page = stack.events.toReversed().slice(from, from + PAGE);
    const next = from + PAGE < stack.events.length ? `<NextToken>${from + PAGE}</NextToken>` : '';
    return `<StackEvents>${page.map((event) => eventXml(stack, event)).join('')}</StackEvents>${next}`;
  },
  DescribeStackResources(input, region, { stacks }) {
    const stack = named(input, region, stacks);
    const wanted = input['LogicalResourceId'];
    const found = resourcesOf(stack).filter(({ logicalId }) => wanted === undefined || logicalId === wanted);
    return `<StackResources>${found.map((event) => resourceXml(stack, event, 'Timestamp')).join('')}</StackResources>`;
  },
  ListStackResources(input, region, { stacks }) {
    const stack = named(input, region, stacks);
    const found = resourcesOf(stack).map((event) => resourceXml(stack, event, 'LastUpdatedTimestamp'));
    return `<StackResourceSummaries>${found.join('')}</StackResourceSummaries>`;
  },
  /** Of a stack's own template. */
  GetTemplateSummary(input, region, { stacks }) {
    return summaryXml(named(input, region, stacks));
  },
  async CreateStack(input, region, { stacks, buckets }) {
    const name = nameOf(input);
    const artifact = await artifactOf(input, { name, region, existing: undefined, buckets });
    checkCapabilities(artifact.template, valuesOf(input, 'Capabilities'));
    const { stack } = stacks.create(artifact, parametersOf(input, undefined));
    return `<StackId>${stack.id}</StackId>`;
  },
  async UpdateStack(input, region, { stacks, buckets }) {
    const stack = named(input, region, stacks);
    const artifact = await artifactOf(input, { name: stack.name, region, existing: stack, buckets });
    checkCapabilities(artifact.template, valuesOf(input, 'Capabilities'));
    stacks.update(stack, artifact, parametersOf(input, stack));
    return `<StackId>${stack.id}</StackId>`;
  },
  GetTemplate(input, region, { stacks }) {
    return `<TemplateBody>${escapeXml(named(input, region, stacks).artifact.body)}</TemplateBody>`;
  },
  DeleteStack(input, region, { stacks }) {
    const stack = stacks.find(region, nameOf(input));
    // A stack that is not there is deleted.
    if (stack !== undefined) stacks.delete(stack, valuesOf(input, 'RetainResources'));
    return '';
  },
  UpdateTerminationProtection(input, region, { stacks }) {
    const stack = named(input, region, stacks);
    stack.terminationProtection = input['EnableTerminationProtection'] === 'true';
    return `<StackId>${stack.id}</StackId>`;
  },
};

const PAGE = 100;

/** Throws `ValidationError` without one. */
export function nameOf(input: Readonly<Record<string, unknown>>): string {
  const name = input['StackName'];
  if (typeof name === 'string' && name !== '') return name;
  throw new AwsError(
    'ValidationError',
    "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null",
  );
}

export function named(input: Readonly<Record<string, unknown>>, region: string, stacks: Stacks): Stack {
  return stacks.existing(region, nameOf(input));
}
