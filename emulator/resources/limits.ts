import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StackArtifact } from '#emulator/assembly.ts';
import type { Resource } from '#emulator/template.ts';

/** A limit of AWS, with its source. */
interface Limit {
  /** Its name in messages. */
  readonly what: string;
  readonly most: number;
  readonly document: string;
}

/** Of a property of a resource. */
interface PropertyLimit extends Limit {
  /** How much of it there is; undefined: it is not there. */
  readonly measure: (properties: Properties, resource: Resource) => number | undefined;
}

type Properties = Readonly<Record<string, unknown>>;

const CLOUDFORMATION = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
const ALARM = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html';
const RULE = 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html';
const EVENTBRIDGE = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html';
const TRANSFORMER = 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html';
const SSM = 'https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm';
const DOCUMENT = 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html';
const TOPIC = 'https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html';
const TABLE = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html';
const API = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html';
const METRIC_FILTER = 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html';
const LOG_GROUP = 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html';

/** Of a stack's template: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const OF_STACKS: readonly (Limit & { readonly measure: (stack: StackArtifact) => number })[] = [
  {
    what: 'bytes of template',
    most: 1_048_576,
    document: CLOUDFORMATION,
    measure: ({ body }) => Buffer.byteLength(body),
  },
  { what: 'resources', most: 500, document: CLOUDFORMATION, measure: ({ template }) => count(template.Resources) },
  { what: 'outputs', most: 200, document: CLOUDFORMATION, measure: ({ template }) => count(template.Outputs) },
  { what: 'parameters', most: 200, document: CLOUDFORMATION, measure: ({ template }) => count(template.Parameters) },
  { what: 'mappings', most: 200, document: CLOUDFORMATION, measure: ({ template }) => count(template.Mappings) },
];

/** Of all resources of a type in a region, or in the account: quotas that AWS raises when asked. */
const OF_ACCOUNTS: readonly (Limit & {
  readonly type: string;
  readonly within: 'region' | 'account';
  /** Default: each resource is one. */
  readonly weigh?: (properties: Properties) => number;
})[] = [
  { what: 'rules on the default bus', most: 300, document: EVENTBRIDGE, type: 'AWS::Events::Rule', within: 'region' },
  { what: 'SSM documents', most: 500, document: SSM, type: 'AWS::SSM::Document', within: 'region' },
  { what: 'HTTP APIs', most: 600, document: API, type: 'AWS::ApiGatewayV2::Api', within: 'region' },
  {
    what: 'reserved concurrent executions',
    most: 900,
    document: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html',
    type: 'AWS::Lambda::Function',
    within: 'region',
    weigh: ({ ReservedConcurrentExecutions: reserved }) => Number(reserved ?? 0),
  },
  { what: 'customer managed policies', most: 1_500, document: IAM, type: 'AWS::IAM::ManagedPolicy', within: 'account' },
  { what: 'roles', most: 1_000, document: IAM, type: 'AWS::IAM::Role', within: 'account' },
];

const length = (property: string, most: number, document: string): PropertyLimit => ({
  what: `characters in ${property}`,
  most,
  document,
  measure: ({ [property]: value }) => (typeof value === 'string' ? value.length : undefined),
});
const items = (property: string, most: number, document: string): PropertyLimit => ({
  what: property,
  most,
  document,
  measure: ({ [property]: value }) => (Array.isArray(value) ? value.length : undefined),
});
/** Of JSON, without white space. */
const json = (property: string, most: number, document: string): PropertyLimit => ({
  what: `characters in ${property}`,
  most,
  document,
  measure: ({ [property]: value }) =>
    value === undefined ? undefined : JSON.stringify(value).replaceAll(/\s/g, '').length,
});

/** By resource type. What IAM counts over all policies of a role is in `emulator/iam.ts`. */
const OF_RESOURCES: Readonly<Record<string, readonly PropertyLimit[]>> = {
  'AWS::Lambda::Function': [
    length('FunctionName', 64, 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html'),
    length('Description', 256, 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html'),
    { what: 'bytes of environment variables', most: 4_096, document: LAMBDA, measure: environmentBytes },
    { what: 'seconds of Timeout', most: 900, document: LAMBDA, measure: ({ Timeout }) => Number(Timeout ?? 3) },
    { what: 'bytes of code', most: 250 * 1024 * 1024, document: LAMBDA, measure: codeBytes },
  ],
  'AWS::IAM::Role': [
    length('RoleName', 64, IAM),
    length('Description', 1_000, 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html'),
    json('AssumeRolePolicyDocument', 2_048, IAM),
  ],
  'AWS::IAM::ManagedPolicy': [
    length('ManagedPolicyName', 128, IAM),
    length('Description', 1_000, 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html'),
  ],
  'AWS::SSM::Document': [
    length('Name', 128, DOCUMENT),
    { what: 'bytes in Content', most: 64 * 1024, document: SSM, measure: documentBytes },
  ],
  'AWS::DynamoDB::GlobalTable': [length('TableName', 255, TABLE)],
  'AWS::DynamoDB::Table': [length('TableName', 255, TABLE)],
  'AWS::CloudWatch::Alarm': [
    length('AlarmName', 255, ALARM),
    length('AlarmDescription', 1_024, ALARM),
    items('Dimensions', 30, ALARM),
    items('AlarmActions', 5, ALARM),
    items('OKActions', 5, ALARM),
    items('InsufficientDataActions', 5, ALARM),
  ],
  'AWS::Events::Rule': [
    length('Name', 64, RULE),
    length('Description', 512, RULE),
    json('EventPattern', 2_048, EVENTBRIDGE),
    items('Targets', 5, EVENTBRIDGE),
    { what: 'characters in an InputTemplate', most: 8_192, document: TRANSFORMER, measure: longestTemplate },
  ],
  'AWS::SNS::Topic': [length('TopicName', 256, TOPIC), length('DisplayName', 100, TOPIC)],
  'AWS::SNS::TopicPolicy': [json('PolicyDocument', 30_720, TOPIC)],
  'AWS::ApiGatewayV2::Api': [length('Name', 128, API), length('Description', 1_024, API)],
  'AWS::Logs::LogGroup': [length('LogGroupName', 512, LOG_GROUP)],
  'AWS::Logs::MetricFilter': [length('FilterName', 512, METRIC_FILTER), length('FilterPattern', 1_024, METRIC_FILTER)],
};

/** What AWS would refuse because there is too much of it in a template, as sentences. */
export function templateExcesses(stack: StackArtifact): string[] {
  return OF_STACKS.flatMap((limit) => excess(stack.name, limit, limit.measure(stack)));
}

/** The same for one resource. */
export function resourceExcesses(resource: Resource): string[] {
  const where = `${resource.stack.name}/${resource.logicalId} (${resource.type})`;
  const limits = OF_RESOURCES[resource.type] ?? [];
  return limits.flatMap((limit) => excess(where, limit, limit.measure(resource.properties, resource)));
}

/**
 * The same for all resources of the account.
 *
 * @param raised quotas of the account, by `what`
 */
export function accountExcesses(resources: readonly Resource[], raised: Readonly<Record<string, number>>): string[] {
  return OF_ACCOUNTS.flatMap(({ type, within, weigh = () => 1, ...limit }) => {
    const all = resources.filter((resource) => resource.type === type);
    const groups = Map.groupBy(all, ({ region }) => (within === 'region' ? region : 'the account'));
    return [...groups].flatMap(([where, some]) => {
      const found = some.reduce((sum, { properties }) => sum + weigh(properties), 0);
      return excess(where, { ...limit, most: raised[limit.what] ?? limit.most }, found);
    });
  });
}

function excess(where: string, { what, most, document }: Limit, found: number | undefined): string[] {
  return found === undefined || found <= most ? [] : [`${where}: ${found} ${what}, AWS takes ${most} (${document})`];
}

function count(record: object): number {
  return Object.keys(record).length;
}

/** "4 KB, for all environment variables associated with the function, in aggregate": names and values. */
function environmentBytes({ Environment }: Properties): number {
  const { Variables = {} } = (Environment ?? {}) as { Variables?: Record<string, unknown> };
  return Object.entries(Variables).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(`${name}${String(value)}`),
    0,
  );
}

function documentBytes({ Content }: Properties): number {
  return Buffer.byteLength(typeof Content === 'string' ? Content : JSON.stringify(Content ?? ''));
}

/** Unzipped. */
function codeBytes({ Code }: Properties, { stack }: Resource): number | undefined {
  const { S3Key } = (Code ?? {}) as { S3Key?: string };
  const directory = stack.assets.get(S3Key ?? '');
  if (directory === undefined) return undefined;
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return files.reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
}

function longestTemplate({ Targets }: Properties): number | undefined {
  if (!Array.isArray(Targets)) return undefined;
  const templates = (Targets as { InputTransformer?: { InputTemplate?: string } }[]).map(
    ({ InputTransformer }) => InputTransformer?.InputTemplate?.length ?? 0,
  );
  return Math.max(0, ...templates);
}
