import type { StackName } from '#aws/stacks.ts';
import type { Cli } from '../cli.ts';
import { failuresOf, stackEnded } from '../created/stack-ended.ts';
import { CommandError } from '../output/command-error.ts';
import { explainingMeterFaults } from './explaining-meter-faults.ts';

/**
 * Deletes the stack of a measurement and waits until it is gone. One that is still being created is deleted as well, where
 * CloudFormation refuses that, after its creation.
 *
 * @returns why it is still there, as sentences; empty: it is gone
 * @throws CommandError if CloudFormation does not answer
 */
export async function removeMeter({ region, name }: StackName, cli: Cli): Promise<readonly string[]> {
  const remove = () => {
    const token = cli.environment.newId();
    return explainingMeterFaults('CloudFormation', region, cli, () =>
      cli.environment.cloud.deleteStack({ region, name }, token),
    );
  };
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof CommandError) || !UNDER_WAY.test(error.message)) throw error;
    await stackEnded({ region, name }, cli);
    await remove();
  }
  const left = await stackEnded({ region, name }, cli);
  return left === undefined ? [] : failuresOf({ region, name }, left, cli);
}

const UNDER_WAY = /cannot be deleted while in status \w+_IN_PROGRESS/;
