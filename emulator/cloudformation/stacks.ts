import type { StackArtifact } from '#emulator/assembly.ts';
import type { Cloud } from '#emulator/cloud.ts';
import type { StackOutputName } from '#emulator/intrinsics.ts';
import { AwsError } from '#emulator/service.ts';
import type { LiveResource } from '#emulator/template.ts';
import { type Blueprint, blueprintOf } from './blueprint.ts';
import type { Work } from './changes.ts';
import { createStack } from './create-stack.ts';
import { deleteStack } from './delete-stack.ts';
import { type Change, changesOf, differs } from './differences.ts';
import { parameterValues, resolveParameters } from './parameters.ts';
import { enter, newStack, type ResolvedParameters, type Stack, type StackStatus } from './stack.ts';
import { updateStack } from './update-stack.ts';

/** An operation that goes on. */
export interface Operation {
  readonly stack: Stack;
  /** Never rejects: the stack's status tells how it ended. */
  readonly done: Promise<void>;
}

/** The account's stacks. All operations throw `AwsError` for what CloudFormation refuses at once. */
export class Stacks {
  readonly #edges: StacksEdges;
  readonly #stacks: Stack[] = [];
  readonly #generations = new Map<string, number>();

  constructor(edges: StacksEdges) {
    this.#edges = edges;
  }

  /** Deleted ones included, oldest first. */
  get all(): readonly Stack[] {
    return this.#stacks;
  }

  /** By name, or by ARN; a deleted one only by ARN. */
  find(region: string, nameOrId: string): Stack | undefined {
    return this.#stacks.findLast(
      (stack) =>
        stack.region === region &&
        (stack.id === nameOrId || (stack.name === nameOrId && stack.status !== 'DELETE_COMPLETE')),
    );
  }

  /** Throws `ValidationError`. */
  existing(region: string, nameOrId: string): Stack {
    const found = this.find(region, nameOrId);
    if (found !== undefined) return found;
    throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
  }

  /** The stack of a change set that is to create it; nothing of it exists. */
  review(artifact: StackArtifact): Stack {
    const { stack, isNew } = this.#begun(artifact, 'REVIEW_IN_PROGRESS');
    if (isNew) enter(stack, 'REVIEW_IN_PROGRESS', this.#edges.cloud.clock.now(), 'User Initiated');
    return stack;
  }

  /** `given`: values of parameters. */
  create(artifact: StackArtifact, given: Readonly<Record<string, string>>): Operation {
    const parameters = parameterValues(artifact.template.Parameters, given);
    const { stack } = this.#begun(artifact, 'CREATE_IN_PROGRESS');
    const { clock } = this.#edges.cloud;
    const resolvedParameters = this.#resolved(artifact, parameters);
    const { terminationProtection } = artifact;
    Object.assign(stack, { artifact, parameters, resolvedParameters, terminationProtection });
    enter(stack, 'CREATE_IN_PROGRESS', clock.now(), 'User Initiated');
    const blueprint = () => this.#blueprint(stack, artifact, resolvedParameters);
    return { stack, done: createStack(stack, blueprint, this.#work) };
  }

  /** Throws `ValidationError` "No updates are to be performed." as well. */
  update(stack: Stack, artifact: StackArtifact, given: Readonly<Record<string, string>>): Operation {
    if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.status))
      throw new AwsError('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
    const parameters = parameterValues(artifact.template.Parameters, given);
    const resolvedParameters = this.#resolved(artifact, parameters);
    if (!this.#differs(stack, artifact, resolvedParameters))
      throw new AwsError('ValidationError', 'No updates are to be performed.');
    const now = this.#edges.cloud.clock.now();
    stack.updatedAt = now;
    enter(stack, 'UPDATE_IN_PROGRESS', now, 'User Initiated');
    const blueprint = () => this.#blueprint(stack, artifact, resolvedParameters);
    return { stack, done: updateStack(stack, blueprint, { parameters, resolvedParameters }, this.#work) };
  }

  /** `retained`: logical ids; only of a stack that could not be deleted before. */
  delete(stack: Stack, retained: readonly string[] = []): Operation {
    if (stack.terminationProtection)
      throw new AwsError(
        'ValidationError',
        `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
      );
    if (retained.length > 0 && stack.status !== 'DELETE_FAILED')
      throw new AwsError(
        'ValidationError',
        `Invalid operation on stack [${stack.name}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
      );
    if (stack.status === 'DELETE_COMPLETE') return { stack, done: Promise.resolve() };
    if (stack.status.endsWith('_IN_PROGRESS') && stack.status !== 'REVIEW_IN_PROGRESS')
      throw new AwsError('ValidationError', `Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
    enter(stack, 'DELETE_IN_PROGRESS', this.#edges.cloud.clock.now(), 'User Initiated');
    return { stack, done: deleteStack(stack, retained, this.#work) };
  }

  /** What an update would do, resource by resource. */
  changes(stack: Stack, artifact: StackArtifact, given: Readonly<Record<string, string>>): Change[] {
    const parameters = this.#resolved(artifact, parameterValues(artifact.template.Parameters, given));
    return changesOf(stack, this.#blueprint(stack, artifact, parameters));
  }

  /** Whether an update would do anything, outputs included. */
  wouldChange(stack: Stack, artifact: StackArtifact, given: Readonly<Record<string, string>>): boolean {
    const parameters = parameterValues(artifact.template.Parameters, given);
    return this.#differs(stack, artifact, this.#resolved(artifact, parameters));
  }

  /** For `Fn::GetStackOutput`. Throws `Error` for a stack or an output that is not there. */
  output({ stack: name, output, region }: StackOutputName): string {
    const stack = this.find(region, name);
    if (stack === undefined) throw new Error(`Fn::GetStackOutput: there is no stack ${name} in ${region}.`);
    const value = stack.outputs[output];
    if (value !== undefined) return value;
    throw new Error(`Fn::GetStackOutput: the stack ${name} in ${region} (${stack.status}) has no output ${output}.`);
  }

  /** The resources of a stack to be, as far as what they refer to is known before. */
  preview(artifact: StackArtifact): LiveResource[] {
    const existing = this.find(artifact.region, artifact.name);
    const { Parameters } = artifact.template;
    const known = Object.entries(existing?.parameters ?? {}).filter(([name]) => Parameters[name] !== undefined);
    const parameters = this.#resolved(artifact, parameterValues(Parameters, Object.fromEntries(known)));
    const planned = new Map<string, LiveResource>();
    const blueprint: Blueprint = blueprintOf(artifact, parameters, {
      cloud: this.#edges.cloud,
      stackId: existing?.id ?? '',
      stackOutput: (name) => this.output(name),
      resourceNamed: (logicalId) => existing?.resources.get(logicalId) ?? planned.get(logicalId),
    });
    for (const logicalId of blueprint.logicalIds) {
      try {
        planned.set(logicalId, blueprint.resource(logicalId, existing?.resources.get(logicalId)?.generation ?? ''));
      } catch {
        // Its references are known only when it is created; what is wrong with them is found then.
      }
    }
    return [...planned.values()];
  }

  /** The stack that is in review, or a new one. Throws `AlreadyExistsException`. */
  #begun(artifact: StackArtifact, status: StackStatus): { readonly stack: Stack; readonly isNew: boolean } {
    const existing = this.find(artifact.region, artifact.name);
    if (existing?.status === 'REVIEW_IN_PROGRESS') return { stack: existing, isNew: false };
    if (existing !== undefined) throw new AwsError('AlreadyExistsException', `Stack [${artifact.name}] already exists`);
    const { accountId, clock } = this.#edges.cloud;
    const stack = newStack(artifact, { accountId, now: clock.now(), status });
    this.#stacks.push(stack);
    return { stack, isNew: true };
  }

  get #work(): Work {
    const { cloud, pace } = this.#edges;
    return {
      cloud,
      pace,
      nextGeneration: (stack, logicalId) => {
        const key = `${stack.region}/${stack.name}/${logicalId}`;
        const number = this.#generations.get(key) ?? 0;
        this.#generations.set(key, number + 1);
        return number === 0 ? '' : `#${number}`;
      },
    };
  }

  #resolved({ region, template }: StackArtifact, parameters: Readonly<Record<string, string>>): ResolvedParameters {
    return resolveParameters(template.Parameters, parameters, (name) => this.#edges.ssmParameter(region, name));
  }

  #blueprint(stack: Stack, artifact: StackArtifact, parameters: ResolvedParameters): Blueprint {
    return blueprintOf(artifact, parameters, {
      cloud: this.#edges.cloud,
      stackId: stack.id,
      stackOutput: (name) => this.output(name),
      resourceNamed: (logicalId) => stack.resources.get(logicalId),
    });
  }

  #differs(stack: Stack, artifact: StackArtifact, parameters: ResolvedParameters): boolean {
    return differs(stack, { artifact, parameters }, () => this.#blueprint(stack, artifact, parameters));
  }
}

interface StacksEdges {
  readonly cloud: Cloud;
  /** Waits as long as a resource takes. */
  readonly pace: () => Promise<void>;
  /** Value of an SSM parameter. */
  readonly ssmParameter: (region: string, name: string) => string | undefined;
}
