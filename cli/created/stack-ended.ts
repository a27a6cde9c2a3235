import type { Stack, StackName } from '#aws/stacks.ts';
import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { printable } from '../output/printable.ts';
import { explainingStackFaults } from './explaining-stack-faults.ts';

const POLL_MS = 5_000;
/** CloudFormation is asked again for so long where it does not answer: its operation continues without the answer. */
const UNREACHABLE_FOR_MS = 300_000;

/**
 * Waits until no operation of a stack is under way. Ctrl-C ends the waiting, not the operation.
 *
 * @returns undefined: the stack does not exist, or no longer
 * @throws CommandError if CloudFormation does not answer for five minutes; another error after Ctrl-C
 */
export async function stackEnded(where: StackName, cli: Cli): Promise<Stack | undefined> {
  const { environment, io } = cli;
  let answeredAt = environment.now();
  let announced = '';
  for (;;) {
    try {
      const stack = await describe(where, cli);
      answeredAt = environment.now();
      if (stack === undefined || !isUnderWay(stack)) return stack;
      if (stack.status !== announced) io.stderr.write(`${where.name}: ${stack.status}…\n`);
      announced = stack.status;
    } catch (error) {
      if (!(error instanceof CommandError) || environment.now() - answeredAt >= UNREACHABLE_FOR_MS) throw error;
    }
    await environment.sleep(POLL_MS, io.signal);
    io.signal?.throwIfAborted();
  }
}

export function describe({ region, name }: StackName, { environment, io }: Cli): Promise<Stack | undefined> {
  return explainingStackFaults(region, { io }, () => environment.cloud.describeStack({ region, name }, io.signal));
}

/**
 * REVIEW_IN_PROGRESS stays until the first change set of a new stack is executed, or the stack is deleted:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export function isUnderWay({ status }: Stack): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/** Whether a stack accepts an update. */
export function isUpdatable({ status }: Stack): boolean {
  return /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status);
}

/** Why the last operation of a stack failed: a sentence for each resource, or the stack's own reason. */
export async function failuresOf({ region }: StackName, stack: Stack, cli: Cli): Promise<string[]> {
  const { failed } = await explainingStackFaults(region, cli, () =>
    cli.environment.cloud.lastOperation({ region, id: stack.id }, cli.io.signal),
  );
  const says = failed.map(({ resource, type, reason }) => `${resource} (${type}): ${printable(reason)}`);
  return says.length > 0 ? says : [printable(stack.reason ?? stack.status)];
}
