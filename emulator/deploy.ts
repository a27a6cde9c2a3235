import { readAssembly, type StackArtifact } from './assembly.ts';
import type { Cloud } from './cloud.ts';
import { isTrue, namesOf, type Scope } from './cloudformation/names.ts';
import { creationOrder, inOrder } from './cloudformation/order.ts';
import { type Names, resolve, type StackOutputName } from './intrinsics.ts';
import { partitionOf } from './partition.ts';
import { excesses } from './resources/limits.ts';
import { checkTypes, RESOURCE_TYPES } from './resources/resource-types.ts';
import { createResource, type LiveResource, type Resource } from './template.ts';

/** The stacks as deployed. */
export interface Deployment {
  /** Stack name → output name → value, as CloudFormation would show it. */
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/**
 * Reads the assembly. Throws with every resource of a type that the emulator does not know.
 * `defaultRegion`: of stacks that are bound to none.
 */
export async function loadStacks(
  assembly: string | undefined,
  defaultRegion: string,
): Promise<readonly StackArtifact[]> {
  if (assembly === undefined) return [];
  const stacks = await readAssembly(assembly, defaultRegion);
  checkTypes(stacks);
  const named = new Map(stacks.map((stack) => [stack.name, stack]));
  const order = inOrder(
    [...named.keys()],
    (name) => named.get(name)?.after ?? [],
    (circle) => {
      throw new Error(`${assembly}: circular dependency between stacks: ${circle.join(', ')}.`);
    },
  );
  return order.flatMap((name) => named.get(name) ?? []);
}

/**
 * Makes every resource of the stacks, one stack after the other. `parameter`: an SSM parameter's value, for template
 * parameters that are one.
 * Throws with all that exceeds a limit of AWS, or at the first resource that cannot be made, naming stack, logical id and why.
 */
export async function deploy(
  stacks: readonly StackArtifact[],
  cloud: Cloud,
  parameter: (region: string, name: string) => string | undefined,
): Promise<Deployment> {
  const outputs = new Map<string, Record<string, string>>();
  const stackOutput = ({ stack, output, region }: StackOutputName): string => {
    const value = outputs.get(stack)?.[output];
    if (value === undefined) throw new Error(`The stack "${stack}" in ${region} has no output "${output}".`);
    return value;
  };
  const deployed: Resource[] = [];
  for (const stack of stacks) {
    const scope = scopeOf(stack, cloud, { stackOutput, parameter: (name) => parameter(stack.region, name) });
    deployed.push(...(await createAll(stack, scope, cloud)));
    outputs.set(stack.name, outputsOf(stack, namesOf(scope), cloud));
  }
  const tooMuch = excesses(stacks, deployed, ({ properties }) => properties, cloud.raisedQuotas);
  if (tooMuch.length > 0) throw new Error(`AWS would refuse these stacks:\n  ${tooMuch.join('\n  ')}`);
  return { outputs };
}

interface LiveScope extends Scope {
  readonly resources: Map<string, LiveResource>;
}

function scopeOf(
  stack: StackArtifact,
  { accountId }: Cloud,
  edges: Pick<Scope, 'stackOutput'> & { readonly parameter: (name: string) => string | undefined },
): LiveScope {
  const resources = new Map<string, LiveResource>();
  const { region, name } = stack;
  return {
    stack,
    accountId,
    resources,
    stackId: `arn:${partitionOf(region).name}:cloudformation:${region}:${accountId}:stack/${name}/emulated`,
    stackOutput: edges.stackOutput,
    parameter: (parameter) => parameterValue(stack, parameter, edges.parameter),
    identity: (logicalId) => resources.get(logicalId)?.identity,
  };
}

async function createAll(stack: StackArtifact, scope: LiveScope, cloud: Cloud): Promise<Resource[]> {
  for (const logicalId of creationOrder(stack.template.Resources)) {
    const raw = stack.template.Resources[logicalId];
    if (raw === undefined || (raw.Condition !== undefined && !isTrue(raw.Condition, scope))) continue;
    const type = RESOURCE_TYPES.get(raw.Type);
    const resource = createResource({
      stack,
      logicalId,
      type: raw.Type,
      accountId: cloud.accountId,
      ids: cloud.ids,
      generation: '',
      identify: type?.identify,
      properties: resolvedProperties(raw.Properties, namesOf(scope), `${stack.name}/${logicalId} (${raw.Type})`),
    });
    scope.resources.set(logicalId, resource);
    const identity = await type?.create?.(resource, cloud);
    if (identity !== undefined) resource.becomes(identity);
  }
  return [...scope.resources.values()];
}

function resolvedProperties(
  properties: Readonly<Record<string, unknown>>,
  names: Names,
  where: string,
): Record<string, unknown> {
  try {
    return resolve(properties, names) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function outputsOf(stack: StackArtifact, names: Names, cloud: Cloud): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stack.template.Outputs)
      .filter(([, { Condition }]) => Condition === undefined || names.condition(Condition))
      .map(([name, { Value }]) => [name, cloud.localize(String(resolve(Value, names)))]),
  );
}

function parameterValue(
  { name: stack, template }: StackArtifact,
  name: string,
  parameter: (name: string) => string | undefined,
): unknown {
  const declared = template.Parameters[name];
  if (declared === undefined) throw new Error(`${stack}: there is no parameter "${name}".`);
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
