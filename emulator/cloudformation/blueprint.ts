import { isDeepStrictEqual } from 'node:util';
import type { StackArtifact } from '#emulator/assembly.ts';
import type { Cloud } from '#emulator/cloud.ts';
import { resolve } from '#emulator/intrinsics.ts';
import { resourceType } from '#emulator/resources/resource-types.ts';
import { createResource, type LiveResource } from '#emulator/template.ts';
import { isTrue, namesOf, type Scope } from './names.ts';
import { creationOrder } from './order.ts';
import { isList } from './parameters.ts';
import type { ResolvedParameters } from './stack.ts';

/** What a stack is to become: its template, with the values of its parameters. */
export interface Blueprint {
  readonly artifact: StackArtifact;
  /** In the order of creation, those whose condition is true. */
  readonly logicalIds: readonly string[];
  /** A resource as the template describes it now; its references are resolved. Throws what resolving throws. */
  resource(logicalId: string, generation: string): LiveResource;
  outputs(): Record<string, string>;
}

/** Where a blueprint's references lead. */
interface BlueprintEdges {
  readonly cloud: Pick<Cloud, 'accountId' | 'ec2' | 'ids' | 'localize'>;
  readonly stackId: string;
  readonly stackOutput: Scope['stackOutput'];
  /** The resources that exist, or are planned. Undefined: there is none. */
  readonly resourceNamed: (logicalId: string) => LiveResource | undefined;
}

/** Throws for circular references and conditions that cannot be evaluated. */
export function blueprintOf(artifact: StackArtifact, parameters: ResolvedParameters, edges: BlueprintEdges): Blueprint {
  const { template } = artifact;
  const scope: Scope = {
    stack: artifact,
    stackId: edges.stackId,
    accountId: edges.cloud.accountId,
    parameter: (name) => parameterValue(artifact, name, parameters),
    identity: (logicalId) => (active.has(logicalId) ? edges.resourceNamed(logicalId)?.identity : undefined),
    stackOutput: edges.stackOutput,
    zones: (region) => edges.cloud.ec2.state(region).catalog.zones,
  };
  const names = namesOf(scope);
  const active = new Set(
    creationOrder(template.Resources).filter((logicalId) => {
      const condition = template.Resources[logicalId]?.Condition;
      return condition === undefined || isTrue(condition, scope);
    }),
  );
  return {
    artifact,
    logicalIds: [...active],
    resource(logicalId, generation) {
      const { Type: type, Properties } = template.Resources[logicalId] ?? { Type: '', Properties: {} };
      const where = `${artifact.name}/${logicalId} (${type})`;
      return createResource({
        stack: artifact,
        stackId: edges.stackId,
        logicalId,
        type,
        accountId: edges.cloud.accountId,
        ids: edges.cloud.ids,
        generation,
        identify: resourceType(type)?.identify,
        properties: located(where, () => resolve(Properties, names)) as Record<string, unknown>,
      });
    },
    outputs: () =>
      Object.fromEntries(
        Object.entries(template.Outputs)
          .filter(([, { Condition }]) => Condition === undefined || names.condition(Condition))
          .map(([name, { Value }]) => {
            const value = located(`${artifact.name}: output ${name}`, () => resolve(Value, names));
            return [name, edges.cloud.localize(String(value))];
          }),
      ),
  };
}

/** Whether two resources are the same to CloudFormation: it compares properties, resolved. */
export function isSame(one: LiveResource, other: LiveResource): boolean {
  return isDeepStrictEqual(one.properties, other.properties);
}

function parameterValue({ name: stack, template }: StackArtifact, name: string, values: ResolvedParameters): unknown {
  const { Type = '', Default } = template.Parameters[name] ?? {};
  const value = values[name];
  if (value === undefined)
    throw new Error(`${stack}: the parameter "${name}" is the SSM parameter ${String(Default)}, which does not exist.`);
  return isList(Type) ? value.split(',') : value;
}

function located<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
