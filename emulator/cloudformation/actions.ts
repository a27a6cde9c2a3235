import { AwsError } from '#emulator/service.ts';
import { checkCapabilities } from './capabilities.ts';
import type { Stack } from './stack.ts';
import type { Stacks } from './stacks.ts';
import { eventXml, membersOf, resourcesOf, resourceXml, stackXml, valuesOf } from './wire.ts';

/** One action: its result as XML. Throws `AwsError`. */
export type Action = (input: Readonly<Record<string, unknown>>, region: string, stacks: Stacks) => string;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html */
export const ACTIONS: Readonly<Record<string, Action>> = {
  DescribeStacks(input, region, stacks) {
    const found =
      input['StackName'] === undefined
        ? stacks.all.filter((stack) => stack.region === region && stack.status !== 'DELETE_COMPLETE')
        : [named(input, region, stacks)];
    return `<Stacks>${found.map(stackXml).join('')}</Stacks>`;
  },
  /** Newest first, 100 on a page. */
  DescribeStackEvents(input, region, stacks) {
    const stack = named(input, region, stacks);
    const from = Number(input['NextToken'] ?? 0);
    const page = stack.events.toReversed().slice(from, from + PAGE);
    const next = from + PAGE < stack.events.length ? `<NextToken>${from + PAGE}</NextToken>` : '';
    return `<StackEvents>${page.map((event) => eventXml(stack, event)).join('')}</StackEvents>${next}`;
  },
  DescribeStackResources(input, region, stacks) {
    const stack = named(input, region, stacks);
    const wanted = input['LogicalResourceId'];
    const found = resourcesOf(stack).filter(({ logicalId }) => wanted === undefined || logicalId === wanted);
    return `<StackResources>${found.map((event) => resourceXml(stack, event, 'Timestamp')).join('')}</StackResources>`;
  },
  ListStackResources(input, region, stacks) {
    const stack = named(input, region, stacks);
    const found = resourcesOf(stack).map((event) => resourceXml(stack, event, 'LastUpdatedTimestamp'));
    return `<StackResourceSummaries>${found.join('')}</StackResourceSummaries>`;
  },
  UpdateStack(input, region, stacks) {
    const stack = named(input, region, stacks);
    if (input['UsePreviousTemplate'] !== 'true')
      throw new AwsError('ValidationError', 'Only UsePreviousTemplate is emulated, no other template.');
    checkCapabilities(stack.artifact.template, valuesOf(input, 'Capabilities'));
    stacks.update(stack, stack.artifact, parametersOf(input, stack));
    return `<StackId>${stack.id}</StackId>`;
  },
  DeleteStack(input, region, stacks) {
    const stack = stacks.find(region, nameOf(input));
    // A stack that is not there is deleted.
    if (stack !== undefined) stacks.delete(stack, valuesOf(input, 'RetainResources'));
    return '';
  },
  UpdateTerminationProtection(input, region, stacks) {
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

function named(input: Readonly<Record<string, unknown>>, region: string, stacks: Stacks): Stack {
  return stacks.existing(region, nameOf(input));
}

/** A parameter that the call does not name gets its default, not the value that it has. */
function parametersOf(input: Readonly<Record<string, unknown>>, stack: Stack): Record<string, string> {
  return Object.fromEntries(
    membersOf(input, 'Parameters').map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => {
      if (UsePreviousValue !== 'true') return [ParameterKey, ParameterValue ?? ''];
      const value = stack.parameters[ParameterKey];
      if (value !== undefined) return [ParameterKey, value];
      throw new AwsError(
        'ValidationError',
        `Invalid input for parameter key ${ParameterKey}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    }),
  );
}
