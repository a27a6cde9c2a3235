import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  type StackEvent,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { BOUNDED_DESK } from './bounds.ts';

/** A stack of a Region as CloudFormation describes it. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
  readonly status: string;
  /** CloudFormation refuses to delete it. */
  readonly isProtected: boolean;
  readonly reason: string | undefined;
  /** When its last operation began, ms since the epoch. */
  readonly changedAt?: number | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Name of a stack, and its Region. */
export interface StackName {
  readonly region: string;
  readonly name: string;
}

/** @returns undefined: there is no stack of that name. @throws the SDK's error (`callFault` classifies it) */
export async function describeStack({ region, name }: StackName, signal?: AbortSignal): Promise<Stack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client(region).send(
      new DescribeStacksCommand({ StackName: name }),
      signal && { abortSignal: signal },
    );
    if (stack === undefined) return undefined;
    return {
      id: stack.StackId ?? name,
      name,
      status: stack.StackStatus ?? 'UNKNOWN',
      isProtected: stack.EnableTerminationProtection === true,
      reason: stack.StackStatusReason,
      changedAt: (stack.LastUpdatedTime ?? stack.CreationTime)?.getTime(),
      parameters: Object.fromEntries(
        (stack.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
      ),
      outputs: Object.fromEntries(
        (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      ),
    };
  } catch (error) {
    if (isValidationError(error, /does not exist/)) return undefined;
    throw error;
  }
}

/** A stack as a list of all stacks has it. */
export interface ListedStack extends StackName {
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** All stacks of a Region, deleted ones left out. @throws the SDK's error */
export async function listStacks(region: string, signal?: AbortSignal): Promise<readonly ListedStack[]> {
  const stacks: ListedStack[] = [];
  let next: string | undefined;
  do {
    const page = await client(region).send(
      new DescribeStacksCommand({ ...(next !== undefined && { NextToken: next }) }),
      signal && { abortSignal: signal },
    );
    for (const { StackName: name = '', StackStatus: status = 'UNKNOWN', Tags = [] } of page.Stacks ?? [])
      stacks.push({
        region,
        name,
        status,
        tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      });
    next = page.NextToken;
  } while (next !== undefined);
  return stacks;
}

/**
 * Starts an update with the stack's own template.
 *
 * @param values parameters that change; all others keep their values
 * @param token the same for each retry
 * @returns false: the stack has these values already
 */
export async function updateStack(
  { region, name }: StackName,
  { parameters }: Pick<Stack, 'parameters'>,
  values: Readonly<Record<string, string>>,
  token: string,
): Promise<boolean> {
  const keys = new Set([...Object.keys(parameters), ...Object.keys(values)]);
  try {
    await client(region).send(
      new UpdateStackCommand({
        StackName: name,
        UsePreviousTemplate: true,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        ClientRequestToken: token,
        Parameters: [...keys].map((ParameterKey) =>
          values[ParameterKey] === undefined
            ? { ParameterKey, UsePreviousValue: true }
            : { ParameterKey, ParameterValue: values[ParameterKey] },
        ),
      }),
    );
    return true;
  } catch (error) {
    if (isValidationError(error, /No updates are to be performed/)) return false;
    throw error;
  }
}

export interface StackOptions {
  /** Of the stack, and of its resources that have tags. */
  readonly tags?: Readonly<Record<string, string>>;
  /** `CAPABILITY_IAM`: the template has roles. */
  readonly capabilities?: readonly 'CAPABILITY_IAM'[];
}

/** Starts the creation of a stack. @param template as JSON, of at most 51,200 bytes */
export async function createStack(
  { region, name }: StackName,
  template: string,
  token: string,
  { tags = {}, capabilities = [] }: StackOptions = {},
): Promise<void> {
  await client(region).send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: template,
      ClientRequestToken: token,
      Capabilities: [...capabilities],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

/** Permits the deletion of a stack, whether or not it was protected from it. */
export async function allowDeletion({ region, name }: StackName): Promise<void> {
  await client(region).send(
    new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: false }),
  );
}

/** Starts a deletion. @param token the same for each retry */
export async function deleteStack({ region, name }: StackName, token: string): Promise<void> {
  await client(region).send(new DeleteStackCommand({ StackName: name, ClientRequestToken: token }));
}

/** The default values of the parameters in a stack's own template. */
export async function parameterDefaults(
  { region, name }: StackName,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const { Parameters = [] } = await client(region).send(
    new GetTemplateSummaryCommand({ StackName: name }),
    signal && { abortSignal: signal },
  );
  return Object.fromEntries(
    Parameters.flatMap(({ ParameterKey = '', DefaultValue }) =>
      DefaultValue === undefined ? [] : [[ParameterKey, DefaultValue] as const],
    ),
  );
}

/**
 * The top-level `Metadata` of a stack's own template, parsed.
 *
 * @returns undefined: the template has none
 * @throws the SDK's error, also if there is no such stack
 */
export async function templateMetadata(
  { region, name }: StackName,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { Metadata } = await client(region).send(
    new GetTemplateSummaryCommand({ StackName: name }),
    signal && { abortSignal: signal },
  );
  return Metadata === undefined ? undefined : (JSON.parse(Metadata) as Record<string, unknown>);
}

/** A stack's own template, as text. @throws the SDK's error, also if there is no such stack */
export async function templateOf({ region, name }: StackName, signal?: AbortSignal): Promise<string> {
  const { TemplateBody = '' } = await client(region).send(
    new GetTemplateCommand({ StackName: name }),
    signal && { abortSignal: signal },
  );
  return TemplateBody;
}

/** What the last operation of a stack did with its resources, as far as an operator must know. */
export interface LastOperation {
  /** Resources that failed, with CloudFormation's reason; those that it only cancelled are left out. */
  readonly failed: readonly { readonly resource: string; readonly type: string; readonly reason: string }[];
  /** Resources that a deletion left in place, because their template says so. */
  readonly kept: readonly { readonly id: string; readonly type: string }[];
}

/** @param id the stack's, which also names a deleted stack */
export async function lastOperation(
  { region, id }: { readonly region: string; readonly id: string },
  signal?: AbortSignal,
): Promise<LastOperation> {
  const events = await eventsOfLastOperation(region, id, signal);
  return {
    failed: events.flatMap(
      ({ ResourceStatus = '', ResourceStatusReason: reason = '', LogicalResourceId = '', ResourceType = '', ...of }) =>
        ResourceStatus.endsWith('_FAILED') && of.PhysicalResourceId !== of.StackId && !CANCELLED.test(reason)
          ? [{ resource: LogicalResourceId, type: ResourceType, reason }]
          : [],
    ),
    kept: events.flatMap(({ ResourceStatus, PhysicalResourceId = '', ResourceType = '' }) =>
      ResourceStatus === 'DELETE_SKIPPED' ? [{ id: PhysicalResourceId, type: ResourceType }] : [],
    ),
  };
}

/** Another resource failed first. */
const CANCELLED = /^Resource (creation|update|deletion) cancelled/i;
const BEGINNINGS: ReadonlySet<string> = new Set(['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS']);

/** CloudFormation lists the newest first; an operation begins with an event of the stack itself. */
async function eventsOfLastOperation(region: string, id: string, signal?: AbortSignal): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  let next: string | undefined;
  do {
    const page = await client(region).send(
      new DescribeStackEventsCommand({ StackName: id, ...(next !== undefined && { NextToken: next }) }),
      signal && { abortSignal: signal },
    );
    for (const event of page.StackEvents ?? []) {
      events.push(event);
      if (event.PhysicalResourceId === event.StackId && BEGINNINGS.has(event.ResourceStatus ?? '')) return events;
    }
    next = page.NextToken;
  } while (next !== undefined);
  return events;
}

function client(region: string): CloudFormationClient {
  return new CloudFormationClient({ ...BOUNDED_DESK, region });
}

function isValidationError(error: unknown, message: RegExp): boolean {
  return error instanceof Error && error.name === 'ValidationError' && message.test(error.message);
}
