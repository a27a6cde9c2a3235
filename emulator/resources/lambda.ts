import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import type { LambdaFunction } from '#emulator/lambda/function.ts';
import type { Resource } from '#emulator/template.ts';
import { nameless, type ResourceFamily } from './family.ts';

const number = z.coerce.number();
const functionSchema = z.object({
  Code: z.union([z.object({ S3Key: z.string() }), z.object({ ZipFile: z.string() })]),
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
});

const nameOf = (resource: Resource): string => resource.text('FunctionName') ?? resource.generatedName();

export const lambda: ResourceFamily = {
  types: {
    'AWS::Lambda::Function': {
      identify: (resource) => ({
        ref: nameOf(resource),
        attributes: { Arn: resource.arn('lambda', `function:${nameOf(resource)}`) },
      }),
      create: createFunction,
    },
    'AWS::Lambda::Permission': {
      identify: nameless,
      create(resource, cloud) {
        const { Action, FunctionName, Principal, SourceArn, SourceAccount } = resource.read(permissionSchema);
        const fn = functionNamed(resource, FunctionName, cloud);
        fn.permissions.Statement.push({
          Sid: resource.logicalId,
          Effect: 'Allow',
          Principal: Principal.endsWith('.amazonaws.com') ? { Service: Principal } : { AWS: Principal },
          Action,
          Resource: fn.settings.arn,
          Condition: {
            ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
            ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
          },
        });
      },
    },
    'AWS::Lambda::EventInvokeConfig': {
      identify: nameless,
      create(resource, cloud) {
        const { FunctionName, MaximumRetryAttempts, MaximumEventAgeInSeconds } = resource.read(invokeConfigSchema);
        functionNamed(resource, FunctionName, cloud).asynchronous = {
          retries: MaximumRetryAttempts,
          maxAgeMs: MaximumEventAgeInSeconds * 1000,
        };
      },
    },
  },
};

async function createFunction(resource: Resource, cloud: Cloud): Promise<void> {
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
  cloud.functions.add({
    name: nameOf(resource),
    arn: resource.arn('lambda', `function:${nameOf(resource)}`),
    region: resource.region,
    accountId: resource.accountId,
    handler: properties.Handler,
    runtime: properties.Runtime,
    taskRoot: taskRootOf(resource, properties.Code, cloud.scratch),
    roleArn: properties.Role,
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    variables: Object.fromEntries(variables) as Record<string, string>,
  });
}

/** The asset's directory; inline code becomes `index.js` in a directory of its own, as Lambda unpacks it. */
function taskRootOf(
  resource: Resource,
  code: { readonly S3Key: string } | { readonly ZipFile: string },
  scratch: string,
): string {
  if ('ZipFile' in code) {
    const directory = mkdtempSync(join(scratch, 'inline-'));
    writeFileSync(join(directory, 'index.js'), code.ZipFile);
    return directory;
  }
  const directory = resource.stack.assets.get(code.S3Key);
  if (directory === undefined)
    throw new Error(`${resource.stack.name}/${resource.logicalId}: the asset ${code.S3Key} is not in the assembly.`);
  return directory;
}

function functionNamed(resource: Resource, name: string, { functions }: Cloud): LambdaFunction {
  const fn = functions.find(resource.region, name);
  if (fn === undefined) throw new Error(`${resource.stack.name}/${resource.logicalId}: there is no function ${name}.`);
  return fn;
}
