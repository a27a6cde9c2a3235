import type { Cli } from '../cli.ts';
import type { StackView } from '../views/destroy-view.ts';
import { deleteStacks, viewOf } from './delete-stacks.ts';
import type { DoomedStack } from './doomed-stacks.ts';

/**
 * A phase begins when all stacks of the one before are deleted.
 *
 * @param before the stacks that exist
 */
export async function deletePhases(
  phases: readonly (readonly DoomedStack[])[],
  before: readonly StackView[],
  cli: Cli,
): Promise<StackView[]> {
  const views: StackView[] = [];
  for (const phase of phases) {
    const stacks = phase.filter((stack) => before.some(({ name, region }) => isSame(stack, { name, region })));
    const isOver = cli.io.signal?.aborted === true || views.some(({ state }) => state === 'failed');
    views.push(...(isOver ? stacks.map((stack) => viewOf(stack, 'exists')) : await deleteStacks(stacks, cli)));
  }
  return views;
}

function isSame(stack: DoomedStack, { name, region }: { readonly name: string; readonly region: string }): boolean {
  return stack.name === name && stack.region === region;
}
