import { isDeepStrictEqual as isEqual } from 'node:util';
import type { StackArtifact, Template } from '#emulator/assembly.ts';
import type { LiveResource } from '#emulator/template.ts';
import { type Blueprint, isSame } from './blueprint.ts';
import type { ResolvedParameters, Stack } from './stack.ts';

/** What an update would do to a resource. */
export interface Change {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly type: string;
}

/** What cannot be resolved yet is a change. */
export function changesOf(stack: Stack, blueprint: Blueprint): Change[] {
  const wanted = blueprint.logicalIds.flatMap((logicalId): Change[] => {
    const type = blueprint.artifact.template.Resources[logicalId]?.Type ?? '';
    const previous = stack.resources.get(logicalId);
    if (previous === undefined) return [{ action: 'Add', logicalId, type }];
    return isUnchanged(previous, blueprint) ? [] : [{ action: 'Modify', logicalId, type }];
  });
  const removed = [...stack.resources.values()].filter(({ logicalId }) => !blueprint.logicalIds.includes(logicalId));
  return [...wanted, ...removed.map(({ logicalId, type }): Change => ({ action: 'Remove', logicalId, type }))];
}

/**
 * Whether an update would do anything: to a resource, to what is retained, or to an output. "During a
 * stack update, you cannot update the Metadata section by itself"
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html).
 *
 * The same template with the same values is no update, even if an output that it reads from another stack has changed: so it
 * is with dynamic references [of Fn::GetStackOutput it is unverified].
 * https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/844
 */
export function differs(
  stack: Stack,
  { artifact, parameters }: { readonly artifact: StackArtifact; readonly parameters: ResolvedParameters },
  blueprintOfUpdate: () => Blueprint,
): boolean {
  const before = stack.artifact.template;
  const after = artifact.template;
  if (isEqual(before, after) && isEqual(stack.resolvedParameters, parameters)) return false;
  try {
    const blueprint = blueprintOfUpdate();
    const retainsOthers = blueprint.logicalIds.some((name) => !isEqual(policies(before, name), policies(after, name)));
    return retainsOthers || changesOf(stack, blueprint).length > 0 || !isEqual(blueprint.outputs(), stack.outputs);
  } catch {
    // What cannot be resolved yet is a change, or a failure that the update shows.
    return true;
  }
}

function isUnchanged(previous: LiveResource, blueprint: Blueprint): boolean {
  try {
    const next = blueprint.resource(previous.logicalId, previous.generation);
    return next.type === previous.type && isSame(next, previous);
  } catch {
    return false;
  }
}

function policies({ Resources }: Template, logicalId: string): readonly unknown[] {
  const { DeletionPolicy, UpdateReplacePolicy } = Resources[logicalId] ?? {};
  return [DeletionPolicy, UpdateReplacePolicy];
}
