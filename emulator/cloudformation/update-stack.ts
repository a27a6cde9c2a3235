import type { LiveResource } from '#emulator/template.ts';
import { apply, newJournal, revert } from './apply.ts';
import type { Blueprint } from './blueprint.ts';
import { deleteResourceOf, policyOf, ResourceFailure, retainResourceOf, type Work } from './changes.ts';
import { rollbackReason } from './create-stack.ts';
import { creationOrder } from './order.ts';
import { enter, type Stack } from './stack.ts';

/**
 * Makes the stack what the blueprint describes; after a failure it returns to what it was. Never rejects: the stack's status
 * tells how it ended.
 */
export async function updateStack(
  stack: Stack,
  blueprint: () => Blueprint,
  parameters: Pick<Stack, 'parameters' | 'resolvedParameters'>,
  work: Work,
): Promise<void> {
  const now = (): number => work.cloud.clock.now();
  const journal = newJournal();
  const order = creationOrder(stack.artifact.template.Resources);
  let newOrder: readonly string[] = [];
  try {
    const described = blueprint();
    newOrder = described.logicalIds;
    await apply(stack, described, journal, work);
    const outputs = described.outputs();
    enter(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', now());
    const removed = [...stack.resources.values()].filter(({ logicalId }) => !described.logicalIds.includes(logicalId));
    for (const { logicalId } of removed) stack.resources.delete(logicalId);
    const replaced = journal.replaced.map(({ before }) => before);
    const left = await cleanUp(stack, [...removed, ...replaced], order, work, { removed });
    Object.assign(stack, { artifact: described.artifact, ...parameters, outputs });
    enter(stack, 'UPDATE_COMPLETE', now(), left === 0 ? undefined : `Update successful. ${LEFT}`);
  } catch (error) {
    enter(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', now(), rollbackReason(error, 'update'));
    const failed = await revert(stack, journal, work);
    if (failed.length > 0) {
      const reason = `The following resource(s) failed to update: [${failed.join(', ')}]. `;
      enter(stack, 'UPDATE_ROLLBACK_FAILED', now(), reason);
      return;
    }
    enter(stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', now());
    const fresh = [...journal.created, ...journal.replaced.map(({ now: resource }) => resource)];
    const left = await cleanUp(stack, fresh, newOrder, work, { removed: journal.created });
    enter(stack, 'UPDATE_ROLLBACK_COMPLETE', now(), left === 0 ? undefined : LEFT);
  }
}

const LEFT = 'One or more resources could not be deleted.';

/**
 * Deletes resources that are no longer the stack's: dependents first, as far as `order` (of creation) knows them, otherwise
 * the last first. A resource that cannot be deleted stays, and the stack forgets it. Resolves to the number of those.
 *
 * @param removed the resources that their `DeletionPolicy` concerns; the others were replaced
 */
async function cleanUp(
  stack: Stack,
  resources: readonly LiveResource[],
  order: readonly string[],
  work: Work,
  { removed }: { readonly removed: readonly LiveResource[] },
): Promise<number> {
  const rank = ({ logicalId }: LiveResource): number => order.indexOf(logicalId);
  let left = 0;
  for (const resource of resources.toReversed().toSorted((one, other) => rank(other) - rank(one))) {
    const policy = policyOf(resource, removed.includes(resource) ? 'DeletionPolicy' : 'UpdateReplacePolicy');
    if (policy !== 'Delete') {
      retainResourceOf(stack, resource, work);
      continue;
    }
    await deleteResourceOf(stack, resource, work).catch((error: unknown) => {
      if (!(error instanceof ResourceFailure)) throw error;
      left += 1;
    });
  }
  return left;
}
