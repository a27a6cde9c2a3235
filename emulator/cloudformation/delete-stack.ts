import { deleteResourceOf, policyOf, ResourceFailure, retainResourceOf, type Work } from './changes.ts';
import { creationOrder, dependenciesOf } from './order.ts';
import { enter, type Stack } from './stack.ts';

/**
 * Deletes the stack's resources, dependents first. A resource that another one depends on which could not be deleted is not
 * tried. Never rejects: the stack's status tells how it ended.
 *
 * @param retained logical ids of resources that are left where they are
 */
export async function deleteStack(stack: Stack, retained: readonly string[], work: Work): Promise<void> {
  const { Resources } = stack.artifact.template;
  const now = (): number => work.cloud.clock.now();
  const failed: string[] = [];
  const kept = new Set<string>();
  for (const logicalId of creationOrder(Resources).toReversed()) {
    const resource = stack.resources.get(logicalId);
    if (resource === undefined || kept.has(logicalId)) {
      if (resource !== undefined) keep(logicalId);
      continue;
    }
    if (policyOf(resource, 'DeletionPolicy') !== 'Delete' || retained.includes(logicalId)) {
      retainResourceOf(stack, resource, work);
      stack.resources.delete(logicalId);
      continue;
    }
    try {
      await deleteResourceOf(stack, resource, work);
      stack.resources.delete(logicalId);
    } catch (error) {
      if (!(error instanceof ResourceFailure)) throw error;
      failed.push(logicalId);
      keep(logicalId);
    }
  }
  if (failed.length === 0) {
    enter(stack, 'DELETE_COMPLETE', now());
    stack.deletedAt = now();
  } else {
    enter(stack, 'DELETE_FAILED', now(), `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
  }

  function keep(logicalId: string): void {
    for (const other of dependenciesOf(logicalId, Resources)) kept.add(other);
  }
}
