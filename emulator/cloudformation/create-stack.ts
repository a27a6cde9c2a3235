import { apply, type Journal, newJournal } from './apply.ts';
import type { Blueprint } from './blueprint.ts';
import { deleteResourceOf, policyOf, ResourceFailure, retainResourceOf, type Work } from './changes.ts';
import { enter, type Stack } from './stack.ts';

/** Creates the stack's resources; after a failure it deletes them. Never rejects: the stack's status tells how it ended. */
export async function createStack(stack: Stack, blueprint: () => Blueprint, work: Work): Promise<void> {
  const journal = newJournal();
  const now = (): number => work.cloud.clock.now();
  try {
    const described = blueprint();
    await apply(stack, described, journal, work);
    stack.outputs = described.outputs();
    enter(stack, 'CREATE_COMPLETE', now());
  } catch (error) {
    enter(stack, 'ROLLBACK_IN_PROGRESS', now(), rollbackReason(error, 'create'));
    const failed = await rollBack(stack, journal, work);
    if (failed.length === 0) enter(stack, 'ROLLBACK_COMPLETE', now());
    else enter(stack, 'ROLLBACK_FAILED', now(), `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
  }
}

/** In CloudFormation's words. */
export function rollbackReason(error: unknown, act: 'create' | 'update'): string {
  if (error instanceof ResourceFailure)
    return `The following resource(s) failed to ${act}: [${error.logicalId}]. Rollback requested by user.`;
  return error instanceof Error ? error.message : String(error);
}

/** Deletes what was created, last first. Resolves to those that could not be deleted. */
async function rollBack(stack: Stack, { created }: Journal, work: Work): Promise<string[]> {
  const failed: string[] = [];
  for (const resource of created.toReversed()) {
    if (policyOf(resource, 'DeletionPolicy') === 'Retain') {
      retainResourceOf(stack, resource, work);
      stack.resources.delete(resource.logicalId);
      continue;
    }
    try {
      await deleteResourceOf(stack, resource, work);
      stack.resources.delete(resource.logicalId);
    } catch (error) {
      if (!(error instanceof ResourceFailure)) throw error;
      failed.push(resource.logicalId);
    }
  }
  return failed;
}
