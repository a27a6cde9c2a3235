import { randomUUID } from 'node:crypto';
import type { StackArtifact } from '#emulator/assembly.ts';
import { partitionOf } from '#emulator/partition.ts';
import { AwsError } from '#emulator/service.ts';
import type { Change } from './differences.ts';
import type { Stack } from './stack.ts';
import type { Stacks } from './stacks.ts';

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stack: Stack;
  readonly artifact: StackArtifact;
  readonly parameters: Readonly<Record<string, string>>;
  readonly type: 'CREATE' | 'UPDATE';
  readonly changes: readonly Change[];
  /** Undefined: it can be executed. */
  readonly failure: string | undefined;
  readonly createdAt: number;
}

/** Change sets of all stacks. They are there as soon as they are asked for. */
export class ChangeSets {
  readonly #stacks: Stacks;
  readonly #sets: ChangeSet[] = [];

  constructor(stacks: Stacks) {
    this.#stacks = stacks;
  }

  create(
    name: string,
    {
      type,
      artifact,
      parameters,
      now,
    }: {
      readonly type: 'CREATE' | 'UPDATE';
      readonly artifact: StackArtifact;
      readonly parameters: Readonly<Record<string, string>>;
      readonly now: number;
    },
  ): ChangeSet {
    const { region } = artifact;
    const stack = type === 'CREATE' ? this.#stacks.review(artifact) : this.#stacks.existing(region, artifact.name);
    const isEmpty = type === 'UPDATE' && !this.#stacks.wouldChange(stack, artifact, parameters);
    const account = stack.id.split(':')[4] ?? '';
    const set: ChangeSet = {
      id: `arn:${partitionOf(region).name}:cloudformation:${region}:${account}:changeSet/${name}/${randomUUID()}`,
      name,
      stack,
      artifact,
      parameters,
      type,
      changes: isEmpty ? [] : this.#stacks.changes(stack, artifact, parameters),
      failure: isEmpty
        ? "The submitted information didn't contain changes. Submit different information to create a change set."
        : undefined,
      createdAt: now,
    };
    this.#sets.push(set);
    return set;
  }

  /** By ARN, or by name and stack. */
  find(nameOrId: string, stackName: string): ChangeSet | undefined {
    return this.#sets.findLast(
      ({ id, name, stack }) => id === nameOrId || (name === nameOrId && [stack.name, stack.id].includes(stackName)),
    );
  }

  /** The same. Throws `ChangeSetNotFound`. */
  existing(nameOrId: string, stackName: string): ChangeSet {
    const found = this.find(nameOrId, stackName);
    if (found !== undefined) return found;
    throw new AwsError('ChangeSetNotFound', `ChangeSet [${nameOrId}] does not exist`, 404);
  }

  /** Begins the creation or the update; the change set is gone with it. Throws `InvalidChangeSetStatus`. */
  execute(set: ChangeSet): void {
    if (set.failure !== undefined)
      throw new AwsError(
        'InvalidChangeSetStatus',
        `ChangeSet [${set.id}] cannot be executed in its current status of [FAILED]`,
      );
    if (set.type === 'CREATE') this.#stacks.create(set.artifact, set.parameters);
    else this.#stacks.update(set.stack, set.artifact, set.parameters);
    this.delete(set);
  }

  delete(set: ChangeSet): void {
    const index = this.#sets.indexOf(set);
    if (index !== -1) this.#sets.splice(index, 1);
  }
}
