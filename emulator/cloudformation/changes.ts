import type { Cloud } from '#emulator/cloud.ts';
import { CreationFailed, type ResourceType } from '#emulator/resources/family.ts';
import { resourceExcesses } from '#emulator/resources/limits.ts';
import { resourceType } from '#emulator/resources/resource-types.ts';
import { AwsError } from '#emulator/service.ts';
import type { LiveResource } from '#emulator/template.ts';
import { note, type ResourceStatus, type Stack } from './stack.ts';

/** What the operations on stacks have in common. */
export interface Work {
  readonly cloud: Cloud;
  /** Waits as long as a resource takes. */
  readonly pace: () => Promise<void>;
  /** Of the next resource of a logical id: see `ResourceParts.generation`. */
  readonly nextGeneration: (stack: Stack, logicalId: string) => string;
}

/** A resource that could not be created, updated or deleted. */
export class ResourceFailure extends Error {
  override readonly name = 'ResourceFailure';
  readonly logicalId: string;
  /** What was to be done. */
  readonly act: Act;

  constructor(logicalId: string, act: Act, cause: unknown) {
    super(reasonOf(cause), { cause });
    this.logicalId = logicalId;
    this.act = act;
  }
}

type Act = 'create' | 'update' | 'delete';

/** Throws `ResourceFailure`. The resource is one of the stack's when it resolves. */
export async function createResourceIn(stack: Stack, resource: LiveResource, work: Work): Promise<void> {
  await attempt('create', stack, resource, work, async (type) => {
    const tooMuch = resourceExcesses(resource);
    if (tooMuch.length > 0) throw new Error(`AWS would refuse it: ${tooMuch.join('; ')}`);
    const identity = await type?.create?.(resource, work.cloud);
    if (identity !== undefined) resource.becomes(identity);
    stack.resources.set(resource.logicalId, resource);
  });
}

/**
 * Applies changed properties to the resource. Resolves to whether it must be replaced, with nothing done.
 * Throws `ResourceFailure`.
 */
export async function updateResourceIn(
  stack: Stack,
  resource: LiveResource,
  previous: LiveResource,
  work: Work,
): Promise<'updated' | 'replace'> {
  return attempt('update', stack, resource, work, async (type) => {
    if (type?.update === undefined) return 'replace';
    const tooMuch = resourceExcesses(resource);
    if (tooMuch.length > 0) throw new Error(`AWS would refuse it: ${tooMuch.join('; ')}`);
    if (!resource.hasKnownName) resource.becomes(previous.identity);
    const updated = await type.update(resource, previous, work.cloud);
    if (updated === 'replace') return 'replace';
    if (updated !== undefined) resource.becomes(updated);
    stack.resources.set(resource.logicalId, resource);
    return 'updated';
  });
}

/** Deletes it. Throws `ResourceFailure`. */
export async function deleteResourceOf(stack: Stack, resource: LiveResource, work: Work): Promise<void> {
  await attempt('delete', stack, resource, work, async (type) => type?.delete?.(resource, work.cloud));
}

/** Leaves it where it is; from then on it is no resource of the stack. */
export function retainResourceOf(stack: Stack, resource: LiveResource, { cloud }: Work): void {
  note(stack, noted(resource), 'DELETE_SKIPPED', cloud.clock.now());
}

export function policyOf(resource: LiveResource, policy: 'DeletionPolicy' | 'UpdateReplacePolicy'): string {
  return resource.stack.template.Resources[resource.logicalId]?.[policy] ?? 'Delete';
}

async function attempt<T>(
  act: Act,
  stack: Stack,
  resource: LiveResource,
  { cloud, pace }: Work,
  work: (type: ResourceType | undefined) => Promise<T>,
): Promise<T> {
  const verb = act.toUpperCase() as Uppercase<Act>;
  const status = (how: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED', reason?: string): void =>
    note(stack, noted(resource), `${verb}_${how}` satisfies ResourceStatus, cloud.clock.now(), reason);
  status('IN_PROGRESS');
  await pace();
  try {
    const result = await work(resourceType(resource.type));
    if (result === 'replace') {
      const reason = 'Requested update requires the creation of a new physical resource; hence creating one.';
      status('IN_PROGRESS', reason);
    } else status('COMPLETE');
    return result;
  } catch (error) {
    if (error instanceof CreationFailed) {
      resource.becomes(error.identity);
      stack.resources.set(resource.logicalId, resource);
    }
    const failure = new ResourceFailure(resource.logicalId, act, error);
    status('FAILED', failure.message);
    throw failure;
  }
}

function noted(resource: LiveResource): { logicalId: string; type: string; physicalId: string } {
  const { logicalId, type } = resource;
  return { logicalId, type, physicalId: physicalIdOf(resource) };
}

/** Empty where only the creation tells it. */
function physicalIdOf(resource: LiveResource): string {
  try {
    return resource.identity.ref;
  } catch {
    return '';
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AwsError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
