import type { Stack } from '#aws/stacks.ts';
import type { Cli } from '../cli.ts';
import { explainingEc2Faults, explainingStackFaults } from '../created/explaining-stack-faults.ts';
import { describe, failuresOf, isUnderWay, stackEnded } from '../created/stack-ended.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import type { StackView } from '../views/destroy-view.ts';
import type { DoomedStack } from './doomed-stacks.ts';

/** Deletes the stacks of one phase at the same time, and waits for all of them. One that fails does not stop the others. */
export function deleteStacks(stacks: readonly DoomedStack[], cli: Cli): Promise<StackView[]> {
  return Promise.all(stacks.map((stack) => deleteOne(stack, cli)));
}

async function deleteOne(doomed: DoomedStack, cli: Cli): Promise<StackView> {
  const view = (state: StackView['state'], more: Partial<StackView> = {}) => ({ ...viewOf(doomed, state), ...more });
  try {
    const stack = await readyToDelete(doomed, cli);
    if (stack === undefined) return view('absent');
    if (stack.status !== 'DELETE_IN_PROGRESS') await beginDeletion(doomed, stack, cli);
    const left = await stackEnded(doomed, cli);
    if (left !== undefined) return view('failed', { why: await failuresOf(doomed, left, cli) });
    cli.io.stderr.write(`${doomed.name}: deleted\n`);
    return view('deleted', await keptResources(doomed, stack, cli));
  } catch (error) {
    if (cli.io.signal?.aborted === true) return view('interrupted');
    if (error instanceof CommandError) return view('failed', { why: [saysAndHint(error.message).says] });
    throw error;
  }
}

/** CloudFormation deletes no stack that it creates or updates now. */
async function readyToDelete(doomed: DoomedStack, cli: Cli): Promise<Stack | undefined> {
  const stack = await describe(doomed, cli);
  const isBusy = stack !== undefined && isUnderWay(stack) && stack.status !== 'DELETE_IN_PROGRESS';
  return isBusy ? stackEnded(doomed, cli) : stack;
}

async function beginDeletion({ region, name, router }: DoomedStack, { isProtected }: Stack, cli: Cli): Promise<void> {
  const { environment, io } = cli;
  io.signal?.throwIfAborted();
  if (router !== undefined) {
    const attached = await explainingEc2Faults(region, cli, () =>
      environment.cloud.attachmentOf(region, router.eni, io.signal),
    );
    if (attached !== undefined)
      await explainingEc2Faults(region, cli, () =>
        environment.cloud.protectFromTermination(region, attached.instance, false),
      );
  }
  if (isProtected) await explainingStackFaults(region, cli, () => environment.cloud.allowDeletion({ region, name }));
  const token = environment.newId();
  await explainingStackFaults(region, cli, () => environment.cloud.deleteStack({ region, name }, token));
}

/** The stack is deleted whether this can be read or not. */
async function keptResources(
  { region }: DoomedStack,
  { id }: Stack,
  cli: Cli,
): Promise<Pick<StackView, 'kept' | 'keptUnread'>> {
  try {
    const { kept } = await explainingStackFaults(region, cli, () =>
      cli.environment.cloud.lastOperation({ region, id }, cli.io.signal),
    );
    return { kept, keptUnread: null };
  } catch (error) {
    if (cli.io.signal?.aborted === true) return { kept: [], keptUnread: 'it was interrupted' };
    if (error instanceof CommandError) return { kept: [], keptUnread: saysAndHint(error.message).says };
    throw error;
  }
}

export function viewOf({ name, region, site, kind }: DoomedStack, state: StackView['state']): StackView {
  return { name, region, site, kind, state, why: [], kept: [], keptUnread: null };
}
