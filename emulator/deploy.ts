import { z } from 'zod';
import { readAssembly, type StackArtifact } from './assembly.ts';
import type { Cloud } from './cloud.ts';
import type { Ids } from './random.ts';
import { excesses } from './resources/limits.ts';
import { checkTypes, RESOURCE_TYPES } from './resources/resource-types.ts';
import { type DeployedTemplate, type Identity, type Resource, readTemplate } from './template.ts';

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
  return stacks;
}

/**
 * Makes every resource of the stacks. `parameter`: an SSM parameter's value, for template parameters that are one.
 * Throws with all that exceeds a limit of AWS, or at the first resource that cannot be made, naming stack, logical id and why.
 */
export async function deploy(
  stacks: readonly StackArtifact[],
  cloud: Cloud,
  parameter: (region: string, name: string) => string | undefined,
): Promise<Deployment> {
  const templates = stacks.map((stack) => ({
    stack,
    template: read(stack, cloud, (name) => parameter(stack.region, name)),
  }));
  const resources = templates.flatMap(({ template }) => template.resources);
  const tooMuch = excesses(
    stacks,
    resources,
    (resource) => resource.read(z.record(z.string(), z.unknown())),
    cloud.raisedQuotas,
  );
  if (tooMuch.length > 0) throw new Error(`AWS would refuse these stacks:\n  ${tooMuch.join('\n  ')}`);
  for (const [name, type] of RESOURCE_TYPES) {
    for (const resource of resources) if (resource.type === name) await type.create?.(resource, cloud);
  }
  return { outputs: new Map(templates.map(({ stack, template }) => [stack.name, localized(template, cloud)])) };
}

function read(
  stack: StackArtifact,
  { accountId, ids }: Cloud,
  parameter: (name: string) => string | undefined,
): DeployedTemplate {
  return readTemplate(stack, { accountId, ids, parameter, identify: (resource) => identify(resource, ids) });
}

function identify(resource: Resource, ids: Ids): Identity {
  const type = RESOURCE_TYPES.get(resource.type);
  if (type === undefined) throw new Error(`The emulator does not know the resource type ${resource.type}.`);
  return type.identify(resource, ids);
}

function localized(template: DeployedTemplate, cloud: Cloud): Record<string, string> {
  return Object.fromEntries(Object.entries(template.outputs()).map(([name, value]) => [name, cloud.localize(value)]));
}
