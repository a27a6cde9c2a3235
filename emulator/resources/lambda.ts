import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import { aliasIn } from '#emulator/lambda/alias-in.ts';
import { DEFAULT_ASYNC, type FunctionSettings, type LambdaFunction } from '#emulator/lambda/function.ts';
import { executionRole } from '#emulator/lambda/give-up.ts';
import { AwsError } from '#emulator/service.ts';
import type { Resource } from '#emulator/template.ts';
import { changed, nameless, type ResourceFamily, type ResourceType } from './family.ts';

const number = z.coerce.number();
const functionSchema = z.object({
  Code: z.union([z.object({ S3Bucket: z.string(), S3Key: z.string() }), z.object({ ZipFile: z.string() })]),
  Handler: z.string().regex(/\.[^.]+$/, 'must be file.export'),
  Runtime: z.string().regex(/^nodejs/, 'only Node.js functions run here'),
  Role: z.string(),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  ReservedConcurrentExecutions: number.optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).default({ Variables: {} }),
});
const permissionSchema = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});
const invokeConfigSchema = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: number.default(2),
  MaximumEventAgeInSeconds: number.default(21_600),
  DestinationConfig: z
    .object({
      OnFailure: z
        .object({ Destination: z.string().regex(/^arn:[^:]+:sqs:/, 'only SQS queues are destinations here') })
        .optional(),
    })
    .default({}),
});

const aliasSchema = z.object({
  FunctionName: z.string(),
  Name: z.string(),
  FunctionVersion: z.literal('$LATEST', 'only $LATEST exists here'),
});

const nameOf = (resource: Resource): string => resource.text('FunctionName') ?? resource.generatedName();
const arnOf = (resource: Resource): string => resource.arn('lambda', `function:${nameOf(resource)}`);

const lambdaFunction: ResourceType = {
  identify: (resource) => ({ ref: nameOf(resource), attributes: { Arn: arnOf(resource) } }),
  async create(resource, cloud) {
    cloud.functions.add(await settingsOf(resource, cloud));
  },
  async update(resource, previous, cloud) {
    if (changed(resource, previous, 'FunctionName', 'PackageType')) return 'replace';
    return cloud.functions.update(await settingsOf(resource, cloud));
  },
  delete: (resource, cloud) => cloud.functions.remove(arnOf(resource)),
};

/** Its statement is found by its id; every change of a property is a replacement. */
const permission: ResourceType = {
  identify: nameless,
  create(resource, cloud) {
    const { Action, FunctionName, Principal, SourceArn, SourceAccount } = resource.read(permissionSchema);
    const fn = functionNamed(resource, FunctionName, cloud);
    fn.permissions.Statement.push({
      Sid: resource.identity.ref,
      Effect: 'Allow',
      Principal: Principal.endsWith('.amazonaws.com') ? { Service: Principal } : { AWS: Principal },
      Action,
      Resource: qualified(fn, FunctionName),
      Condition: {
        ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
        ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
      },
    });
  },
  delete(resource, { functions }) {
    const statements = functions.find(resource.region, resource.text('FunctionName') ?? '')?.permissions.Statement;
    const index = statements?.findIndex((statement) => hasSid(statement, resource.identity.ref)) ?? -1;
    if (index !== -1) statements?.splice(index, 1);
  },
};

const eventInvokeConfig: ResourceType = {
  identify: nameless,
  create: configureEvents,
  update(resource, previous, cloud) {
    if (changed(resource, previous, 'FunctionName', 'Qualifier')) return 'replace';
    return configureEvents(resource, cloud);
  },
  delete(resource, { functions }) {
    const fn = functions.find(resource.region, resource.text('FunctionName') ?? '');
    if (fn !== undefined) fn.asynchronous = DEFAULT_ASYNC;
  },
};

/** Its `Ref` is its ARN. */
const alias: ResourceType = {
  identify: (resource) => ({
    ref: resource.arn('lambda', `function:${resource.text('FunctionName')}:${resource.text('Name')}`),
    attributes: {},
  }),
  create(resource, cloud) {
    const { FunctionName, Name } = resource.read(aliasSchema);
    functionNamed(resource, FunctionName, cloud).aliases.add(Name);
  },
  delete(resource, { functions }) {
    functions.find(resource.region, resource.text('FunctionName') ?? '')?.aliases.delete(resource.text('Name') ?? '');
  },
};

export const lambda: ResourceFamily = {
  types: {
    'AWS::Lambda::Function': lambdaFunction,
    'AWS::Lambda::Alias': alias,
    'AWS::Lambda::Permission': permission,
    'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  },
};

/** Lambda checks when it is configured that the function may write to its destination (aws-amplify/amplify-cli#10395). */
async function configureEvents(resource: Resource, cloud: Cloud): Promise<void> {
  const { FunctionName, MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } =
    resource.read(invokeConfigSchema);
  const fn = functionNamed(resource, FunctionName, cloud);
  const onFailure = DestinationConfig.OnFailure?.Destination;
  if (onFailure !== undefined) {
    const question = { action: 'sqs:SendMessage', resource: onFailure };
    const refusal = await cloud.iam.refusal(executionRole(fn.settings), question);
    if (refusal !== undefined)
      throw new AwsError(
        'InvalidParameterValueException',
        `The function's execution role does not have permissions to call SendMessage on ${onFailure}`,
      );
  }
  fn.asynchronous = { retries: MaximumRetryAttempts, maxAgeMs: MaximumEventAgeInSeconds * 1000, onFailure };
}

/** A permission of an alias is for invocations by that alias only. */
function qualified({ settings, aliases }: LambdaFunction, name: string): string {
  const alias = aliasIn(name);
  if (alias === undefined) return settings.arn;
  if (aliases.has(alias)) return `${settings.arn}:${alias}`;
  throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${settings.arn}:${alias}`, 404);
}

function hasSid(statement: unknown, sid: string): boolean {
  return typeof statement === 'object' && statement !== null && 'Sid' in statement && statement.Sid === sid;
}

async function settingsOf(resource: Resource, cloud: Cloud): Promise<FunctionSettings> {
  const properties = resource.read(functionSchema);
  if (!(await cloud.iam.trusts(properties.Role, 'lambda.amazonaws.com'))) {
    throw new Error(
      `${resource.stack.name}/${resource.logicalId}: the role ${properties.Role} does not exist or cannot be assumed by Lambda.`,
    );
  }
  const variables = Object.entries(properties.Environment.Variables).map(([name, value]) => [
    name,
    cloud.localize(value),
  ]);
  return {
    name: nameOf(resource),
    arn: arnOf(resource),
    region: resource.region,
    accountId: resource.accountId,
    handler: properties.Handler,
    runtime: properties.Runtime,
    taskRoot: await taskRootOf(resource, properties.Code, cloud),
    roleArn: properties.Role,
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    variables: Object.fromEntries(variables) as Record<string, string>,
  };
}

/** The code's directory, as Lambda would unpack it. */
async function taskRootOf(
  resource: Resource,
  code: { readonly S3Bucket: string; readonly S3Key: string } | { readonly ZipFile: string },
  { scratch, buckets }: Cloud,
): Promise<string> {
  if ('ZipFile' in code) {
    const directory = mkdtempSync(join(scratch, 'inline-'));
    writeFileSync(join(directory, 'index.js'), code.ZipFile);
    // A package.json further up would make it a module.
    writeFileSync(join(directory, 'package.json'), '{}');
    return directory;
  }
  const { S3Bucket, S3Key } = code;
  // CDK packs and publishes the directories of an assembly; here they are used as they are.
  const directory = resource.stack.assets.get(S3Key);
  // A copy of an assembly may link to the code: it is the same code.
  if (directory !== undefined) return realpathSync(directory);
  const object = buckets.has(S3Bucket) ? buckets.find(S3Bucket, S3Key) : undefined;
  if (object === undefined)
    throw new Error(
      `${resource.stack.name}/${resource.logicalId}: the asset ${S3Key} is not in the assembly, and not in the bucket ${S3Bucket}.`,
    );
  return unpacked(await object.read(), mkdtempSync(join(scratch, 'code-')));
}

function unpacked(archive: Buffer, directory: string): string {
  for (const [name, content] of Object.entries(unzipSync(archive))) {
    const file = join(directory, name);
    if (name.endsWith('/')) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return directory;
}

function functionNamed(resource: Resource, name: string, { functions }: Cloud): LambdaFunction {
  const fn = functions.find(resource.region, name);
  if (fn === undefined) throw new Error(`${resource.stack.name}/${resource.logicalId}: there is no function ${name}.`);
  return fn;
}
