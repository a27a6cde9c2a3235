import type { StackArtifact } from '#emulator/assembly.ts';
import { type Names, resolve, type StackOutputName } from '#emulator/intrinsics.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { Identity } from '#emulator/template.ts';

/** What the intrinsic functions of one stack refer to. */
export interface Scope {
  readonly stack: StackArtifact;
  readonly stackId: string;
  readonly accountId: string;
  /** Values of the template's parameters. Throws for one that has no value. */
  readonly parameter: (name: string) => unknown;
  /** Undefined: the template has no such resource, or its condition is false. Throws for one that is not created yet. */
  readonly identity: (logicalId: string) => Identity | undefined;
  /** `Fn::GetStackOutput`. Throws for a stack or an output that is not there. */
  readonly stackOutput: (name: StackOutputName) => string;
  /** Availability Zones of a region. */
  readonly zones: (region: string) => readonly string[];
}

/** Where the intrinsic functions of a stack find what they name. */
export function namesOf(scope: Scope): Names {
  const { stack, identity } = scope;
  const { template, region } = stack;
  const resourceNamed = (name: string): Identity => {
    const found = identity(name);
    if (found === undefined) throw new Error(`${stack.name}: nothing is called "${name}".`);
    return found;
  };
  return {
    region,
    condition: (name) => isTrue(name, scope),
    ref(name) {
      const pseudo = pseudoParameters(name, scope);
      if (pseudo !== undefined) return pseudo.value;
      return template.Parameters[name] === undefined ? resourceNamed(name).ref : scope.parameter(name);
    },
    getAtt(logicalId, attribute) {
      const value = resourceNamed(logicalId).attributes[attribute];
      if (value !== undefined) return value;
      const type = template.Resources[logicalId]?.Type;
      throw new Error(`${stack.name}/${logicalId}: ${type} has no attribute "${attribute}" here.`);
    },
    mapped(map, first, second) {
      const value = template.Mappings[map]?.[first]?.[second];
      if (value === undefined) throw new Error(`${stack.name}: the mapping ${map} has no ${first}.${second}.`);
      return value;
    },
    stackOutput: scope.stackOutput,
    zones: scope.zones,
  };
}

/** Whether a condition of the template holds. Conditions refer to parameters only. */
export function isTrue(condition: string, scope: Scope): boolean {
  const found = scope.stack.template.Conditions[condition];
  if (found === undefined) throw new Error(`${scope.stack.name}: there is no condition "${condition}".`);
  const stackOutput = () => {
    throw new Error('Cannot use Fn::GetStackOutput in Conditions');
  };
  return resolve(found, namesOf({ ...scope, stackOutput })) === true;
}

function pseudoParameters(name: string, { stack, stackId, accountId }: Scope): { readonly value: unknown } | undefined {
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
      return { value: stackId };
    case 'AWS::NotificationARNs':
      return { value: [] };
    case 'AWS::NoValue':
      return { value: undefined };
    default:
      return undefined;
  }
}
