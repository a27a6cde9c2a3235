import type { LiveResource } from '#emulator/template.ts';
import { type Blueprint, isSame } from './blueprint.ts';
import { createResourceIn, ResourceFailure, updateResourceIn, type Work } from './changes.ts';
import { note, type Stack } from './stack.ts';

/** What a creation or an update has done so far. */
export interface Journal {
  readonly created: LiveResource[];
  /** Oldest first. Of one that failed, a part may have been done. */
  readonly updated: { readonly now: LiveResource; readonly before: LiveResource }[];
  /** `before` still exists. */
  readonly replaced: { readonly now: LiveResource; readonly before: LiveResource }[];
}

export function newJournal(): Journal {
  return { created: [], updated: [], replaced: [] };
}

/**
 * Makes the stack's resources what the blueprint describes, one after the other; deletes none.
 * Throws `ResourceFailure` at the first that fails; the journal has what was done before.
 */
export async function apply(stack: Stack, blueprint: Blueprint, journal: Journal, work: Work): Promise<void> {
  for (const logicalId of blueprint.logicalIds) {
    const previous = stack.resources.get(logicalId);
    if (previous === undefined) await create(stack, logicalId, blueprint, journal, work);
    else await change(stack, previous, blueprint, journal, work);
  }
}

async function create(
  stack: Stack,
  logicalId: string,
  blueprint: Blueprint,
  { created }: Journal,
  work: Work,
): Promise<void> {
  const generation = work.nextGeneration(stack, logicalId);
  const resource = describe(stack, { blueprint, logicalId, generation, act: 'create' }, work);
  try {
    await createResourceIn(stack, resource, work);
  } finally {
    if (stack.resources.get(logicalId) === resource) created.push(resource);
  }
}

async function change(
  stack: Stack,
  previous: LiveResource,
  blueprint: Blueprint,
  journal: Journal,
  work: Work,
): Promise<void> {
  const { logicalId } = previous;
  const { generation } = previous;
  const resource = describe(stack, { blueprint, logicalId, generation, act: 'update' }, work);
  if (resource.type !== previous.type) fail(stack, previous, 'Update of resource type is not permitted.', work);
  if (isSame(resource, previous)) {
    resource.becomes(previous.identity);
    stack.resources.set(logicalId, resource);
    return;
  }
  const entry = { now: resource, before: previous };
  const how = await updateResourceIn(stack, resource, previous, work).catch((error: unknown) => {
    journal.updated.push(entry);
    throw error;
  });
  if (how === 'replace') await replace(stack, previous, blueprint, journal, work);
  else if (resource.identity.ref === previous.identity.ref) journal.updated.push(entry);
  else journal.replaced.push(entry);
}

async function replace(
  stack: Stack,
  before: LiveResource,
  blueprint: Blueprint,
  { replaced }: Journal,
  work: Work,
): Promise<void> {
  const { logicalId } = before;
  const generation = work.nextGeneration(stack, logicalId);
  const now = describe(stack, { blueprint, logicalId, generation, act: 'update' }, work);
  if (now.hasKnownName && now.identity.ref === before.identity.ref) {
    const reason = `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${now.identity.ref} and update the stack again.`;
    fail(stack, before, reason, work);
  }
  try {
    await createResourceIn(stack, now, work);
  } finally {
    if (stack.resources.get(logicalId) === now) replaced.push({ now, before });
  }
}

/** What cannot be resolved is a failure of the resource. */
function describe(stack: Stack, { blueprint, logicalId, generation, act }: Description, { cloud }: Work): LiveResource {
  try {
    return blueprint.resource(logicalId, generation);
  } catch (error) {
    const failure = new ResourceFailure(logicalId, act, error);
    const type = blueprint.artifact.template.Resources[logicalId]?.Type ?? '';
    const status = act === 'create' ? 'CREATE_FAILED' : 'UPDATE_FAILED';
    note(stack, { logicalId, type, physicalId: '' }, status, cloud.clock.now(), failure.message);
    throw failure;
  }
}

function fail(stack: Stack, { logicalId, type, identity }: LiveResource, reason: string, { cloud }: Work): never {
  note(stack, { logicalId, type, physicalId: identity.ref }, 'UPDATE_FAILED', cloud.clock.now(), reason);
  throw new ResourceFailure(logicalId, 'update', new Error(reason));
}

interface Description {
  readonly blueprint: Blueprint;
  readonly logicalId: string;
  readonly generation: string;
  readonly act: 'create' | 'update';
}

/**
 * Gives the resources their earlier values. What was created is no resource of the stack from then on, and is still to be
 * deleted. Resolves to the resources that could not be given their values.
 */
export async function revert(stack: Stack, journal: Journal, work: Work): Promise<string[]> {
  const failed: string[] = [];
  for (const { now, before } of journal.updated.toReversed()) {
    await updateResourceIn(stack, before, now, work).catch((error: unknown) => {
      if (!(error instanceof ResourceFailure)) throw error;
      failed.push(before.logicalId);
    });
  }
  for (const { before } of journal.replaced) stack.resources.set(before.logicalId, before);
  for (const { logicalId } of journal.created) stack.resources.delete(logicalId);
  return failed;
}
