import { z } from 'zod';
import { partitionOf } from '#emulator/partition.ts';
import type { StackArtifact } from './assembly.ts';
import { type Names, resolve } from './intrinsics.ts';
import type { Ids } from './random.ts';

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A resource of a template: its names are known before anything is made, so that order does not matter. */
export interface Resource {
  readonly stack: StackArtifact;
  readonly logicalId: string;
  readonly type: string;
  readonly accountId: string;
  readonly region: string;
  readonly identity: Identity;
  /** The resolved properties, read by `schema`. Throws with stack, logical id and the property that is wrong. */
  read<T extends z.ZodType>(schema: T): z.infer<T>;
  /** One resolved property if it is a text. */
  text(property: string): string | undefined;
  /** A name like CloudFormation's, `<stack>-<logicalId>-<12 characters>`, at most `limit` (default 64) long. */
  generatedName(limit?: number): string;
  /** `arn:<partition>:<service>:<region>:<account>:<rest>` */
  arn(service: string, rest: string): string;
}

export interface DeployedTemplate {
  readonly resources: readonly Resource[];
  readonly outputs: () => Record<string, string>;
}

/**
 * Resolves a stack's template. `identify` says what `Ref` and `GetAtt` of a resource are; it throws for types it does not know.
 * Throws one error that lists every resource of an unknown type.
 */
export function readTemplate(
  stack: StackArtifact,
  {
    accountId,
    ids,
    identify,
    parameter,
  }: {
    readonly accountId: string;
    readonly ids: Ids;
    readonly identify: (resource: Resource) => Identity;
    /** Value of a template parameter that is an SSM parameter's name. */
    readonly parameter: (name: string) => string | undefined;
  },
): DeployedTemplate {
  const { template, region } = stack;
  const condition = (name: string): boolean => {
    const found = template.Conditions[name];
    if (found === undefined) throw new Error(`${stack.name}: there is no condition "${name}".`);
    return resolve(found, names) === true;
  };
  const names: Names = {
    region,
    condition,
    ref(name) {
      const pseudo = pseudoParameters(name, stack, accountId);
      if (pseudo !== undefined) return pseudo.value;
      const declared = template.Parameters[name];
      if (declared !== undefined) return parameterValue(stack.name, name, declared, parameter);
      return resourceNamed(name).identity.ref;
    },
    getAtt(logicalId, attribute) {
      const { identity, type } = resourceNamed(logicalId);
      const value = identity.attributes[attribute];
      if (value === undefined)
        throw new Error(`${stack.name}/${logicalId}: ${type} has no attribute "${attribute}" here.`);
      return value;
    },
    mapped(map, first, second) {
      const value = template.Mappings[map]?.[first]?.[second];
      if (value === undefined) throw new Error(`${stack.name}: the mapping ${map} has no ${first}.${second}.`);
      return value;
    },
  };
  const resources = new Map(
    Object.entries(template.Resources)
      .filter(([, raw]) => raw.Condition === undefined || condition(raw.Condition))
      .map(([logicalId, raw]) => [
        logicalId,
        createResource({ stack, logicalId, raw, accountId, ids, names, identify }),
      ]),
  );
  const resourceNamed = (name: string): Resource => {
    const resource = resources.get(name);
    if (resource === undefined) throw new Error(`${stack.name}: nothing is called "${name}".`);
    return resource;
  };
  return {
    resources: [...resources.values()],
    outputs: () =>
      Object.fromEntries(
        Object.entries(template.Outputs)
          .filter(([, output]) => output.Condition === undefined || condition(output.Condition))
          .map(([name, output]) => [name, String(resolve(output.Value, names))]),
      ),
  };
}

function createResource({
  stack,
  logicalId,
  raw,
  accountId,
  ids,
  names,
  identify,
}: {
  readonly stack: StackArtifact;
  readonly logicalId: string;
  readonly raw: { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };
  readonly accountId: string;
  readonly ids: Ids;
  readonly names: Names;
  readonly identify: (resource: Resource) => Identity;
}): Resource {
  const where = `${stack.name}/${logicalId} (${raw.Type})`;
  const located = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
  let known: Identity | undefined;
  const resource: Resource = {
    stack,
    logicalId,
    type: raw.Type,
    accountId,
    region: stack.region,
    get identity() {
      known ??= identify(resource);
      return known;
    },
    read(schema) {
      const parsed = schema.safeParse(located(() => resolve(raw.Properties, names)));
      if (!parsed.success)
        throw new Error(`${where}: properties that cannot be emulated.\n${z.prettifyError(parsed.error)}`);
      return parsed.data;
    },
    text(property) {
      const value = located(() => resolve(raw.Properties[property], names));
      return typeof value === 'string' ? value : undefined;
    },
    generatedName: (limit = 64) => {
      const tail = ids.base32(`${stack.name}/${logicalId}`, 12);
      return `${`${stack.name}-${logicalId}`.slice(0, limit - 13)}-${tail}`;
    },
    arn: (service, rest) => `arn:${partitionOf(stack.region).name}:${service}:${stack.region}:${accountId}:${rest}`,
  };
  return resource;
}

function pseudoParameters(
  name: string,
  stack: StackArtifact,
  accountId: string,
): { readonly value: unknown } | undefined {
  switch (name) {
    case 'AWS::AccountId':
      return { value: accountId };
    case 'AWS::Region':
      return { value: stack.region };
    case 'AWS::Partition':
      return { value: partitionOf(stack.region).name };
    case 'AWS::URLSuffix':
      return { value: partitionOf(stack.region).suffix };
    case 'AWS::StackName':
      return { value: stack.name };
    case 'AWS::StackId':
      return {
        value: `arn:${partitionOf(stack.region).name}:cloudformation:${stack.region}:${accountId}:stack/${stack.name}/emulated`,
      };
    case 'AWS::NoValue':
      return { value: undefined };
    default:
      return undefined;
  }
}

function parameterValue(
  stack: string,
  name: string,
  declared: { readonly Type: string; readonly Default?: unknown },
  parameter: (name: string) => string | undefined,
): unknown {
  if (!declared.Type.startsWith('AWS::SSM::Parameter::Value')) {
    if (declared.Default === undefined) throw new Error(`${stack}: the parameter "${name}" has no default.`);
    return declared.Default;
  }
  const value = parameter(String(declared.Default));
  if (value === undefined)
    throw new Error(
      `${stack}: the parameter "${name}" is the SSM parameter ${String(declared.Default)}, which does not exist.`,
    );
  return value;
}
