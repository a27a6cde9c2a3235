import { escapeXml } from '#emulator/query-xml.ts';
import type { ChangeSet } from './change-sets.ts';
import { isSsmParameter, textOf } from './parameters.ts';
import { STACK_TYPE, type Stack, type StackEvent } from './stack.ts';

/** Values of a Query request by member name: `Parameters.member.1.ParameterKey=…`. */
export function membersOf(input: Readonly<Record<string, unknown>>, listName: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  for (const [name, value] of Object.entries(input)) {
    const [, index, member = ''] = new RegExp(`^${listName}\\.member\\.(\\d+)(?:\\.(.+))?$`).exec(name) ?? [];
    if (index === undefined) continue;
    const at = Number(index) - 1;
    found[at] = { ...found[at], [member]: String(value) };
  }
  return found.filter((each) => each !== undefined);
}

/** A list of plain values. */
export function valuesOf(input: Readonly<Record<string, unknown>>, listName: string): string[] {
  return membersOf(input, listName).map((member) => member[''] ?? '');
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html */
export function stackXml(stack: Stack): string {
  const { Parameters, Outputs } = stack.artifact.template;
  return element('member', [
    ['StackId', stack.id],
    ['StackName', stack.name],
    ['CreationTime', time(stack.createdAt)],
    ['LastUpdatedTime', time(stack.updatedAt)],
    ['DeletionTime', time(stack.deletedAt)],
    ['StackStatus', stack.status],
    ['StackStatusReason', stack.reason],
    ['DisableRollback', 'false'],
    ['EnableTerminationProtection', String(stack.terminationProtection)],
    [
      'Parameters',
      list(Object.entries(stack.parameters), ([name, value]) => [
        ['ParameterKey', name],
        ['ParameterValue', String(Parameters[name]?.NoEcho) === 'true' ? '****' : value],
        ['ResolvedValue', isSsmParameter(Parameters[name]?.Type ?? '') ? stack.resolvedParameters[name] : undefined],
      ]),
    ],
    [
      'Outputs',
      list(Object.entries(stack.outputs), ([name, value]) => [
        ['OutputKey', name],
        ['OutputValue', value],
        ['Description', Outputs[name]?.Description],
      ]),
    ],
    [
      'Tags',
      list(Object.entries(stack.artifact.tags), ([key, value]) => [
        ['Key', key],
        ['Value', value],
      ]),
    ],
  ]);
}

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html: its parameters, and its metadata as JSON.
 */
export function summaryXml({ artifact: { template } }: Stack): string {
  const parameters = list(Object.entries(template.Parameters), ([name, { Default, Type, NoEcho }]) => [
    ['ParameterKey', name],
    ['DefaultValue', Default === undefined ? undefined : textOf(Default)],
    ['ParameterType', Type],
    ['NoEcho', String(NoEcho ?? false)],
  ]);
  const { Metadata } = template;
  const metadata = Metadata === undefined ? '' : `<Metadata>${escapeXml(JSON.stringify(Metadata))}</Metadata>`;
  return `<Parameters>${parameters.xml}</Parameters>${metadata}`;
}

export function eventXml({ id, name }: Stack, event: StackEvent): string {
  return element('member', [
    ['EventId', event.id],
    ['StackId', id],
    ['StackName', name],
    ['LogicalResourceId', event.logicalId],
    ['PhysicalResourceId', event.physicalId],
    ['ResourceType', event.type],
    ['Timestamp', time(event.at)],
    ['ResourceStatus', event.status],
    ['ResourceStatusReason', event.reason],
  ]);
}

/** `timestamp`: `Timestamp` in DescribeStackResources, `LastUpdatedTimestamp` in ListStackResources. */
export function resourceXml({ id, name }: Stack, event: StackEvent, timestamp: string): string {
  return element('member', [
    ['StackId', id],
    ['StackName', name],
    ['LogicalResourceId', event.logicalId],
    ['PhysicalResourceId', event.physicalId],
    ['ResourceType', event.type],
    [timestamp, time(event.at)],
    ['ResourceStatus', event.status],
    ['ResourceStatusReason', event.reason],
  ]);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html */
export function changeSetXml({ id, name, stack, changes, failure, createdAt }: ChangeSet): string {
  return members([
    ['ChangeSetName', name],
    ['ChangeSetId', id],
    ['StackId', stack.id],
    ['StackName', stack.name],
    ['CreationTime', time(createdAt)],
    ['ExecutionStatus', failure === undefined ? 'AVAILABLE' : 'UNAVAILABLE'],
    ['Status', failure === undefined ? 'CREATE_COMPLETE' : 'FAILED'],
    ['StatusReason', failure],
    [
      'Changes',
      list(changes, ({ action, logicalId, type }) => [
        ['Type', 'Resource'],
        [
          'ResourceChange',
          {
            xml: members([
              ['Action', action],
              ['LogicalResourceId', logicalId],
              ['PhysicalResourceId', stack.resources.get(logicalId)?.identity.ref],
              ['ResourceType', type],
              ['Replacement', action === 'Modify' ? 'Conditional' : undefined],
            ]),
          },
        ],
      ]),
    ],
  ]);
}

/** The last event of each resource; deleted ones only where the whole stack is, or was never there. */
export function resourcesOf(stack: Stack): StackEvent[] {
  const last = new Map<string, StackEvent>();
  for (const event of stack.events) if (event.type !== STACK_TYPE) last.set(event.logicalId, event);
  const all = /^(DELETE|ROLLBACK)_COMPLETE$/.test(stack.status);
  return [...last.values()].filter(({ logicalId }) => all || stack.resources.has(logicalId));
}

type Xml = { readonly xml: string };
type Members = readonly (readonly [string, string | Xml | undefined])[];

function element(name: string, inner: Members): string {
  return `<${name}>${members(inner)}</${name}>`;
}

function members(all: Members): string {
  const inner = all.map(([member, value]) => {
    if (value === undefined) return '';
    return `<${member}>${typeof value === 'string' ? escapeXml(value) : value.xml}</${member}>`;
  });
  return inner.join('');
}

function list<T>(items: readonly T[], membersOfItem: (item: T) => Members): Xml {
  return { xml: items.map((item) => element('member', membersOfItem(item))).join('') };
}

function time(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}
