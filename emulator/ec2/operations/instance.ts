import { existing } from '#emulator/ec2/ids.ts';
import type { Instance } from '#emulator/ec2/model/instances.ts';
import type { Tags } from '#emulator/ec2/model/tags.ts';
import type { Operation } from '#emulator/ec2/operation.ts';
import { replaced } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';
import { checkProfile, checkType } from './launch-rules.ts';
import { checkUserData } from './launch-template.ts';

export interface InstanceChange {
  readonly disableApiTermination?: boolean;
  readonly type?: string;
  /** Base64. */
  readonly userData?: string | undefined;
  readonly tags?: Tags;
  readonly profile?: string | undefined;
  readonly detailedMonitoring?: boolean;
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html. Throws
 * `IncorrectInstanceState` for a change of type or user data unless the instance is stopped.
 */
export function changeInstance(id: string, change: InstanceChange): Operation<Instance> {
  return (state, context) => {
    const instance = existing('i', id, state.instances);
    if (('type' in change || 'userData' in change) && instance.state !== 'stopped') {
      throw new AwsError('IncorrectInstanceState', `The instance '${id}' is not in the 'stopped' state.`);
    }
    if (change.type !== undefined) checkType(change.type, instance.zone, state);
    checkUserData(change.userData);
    const profile = 'profile' in change ? checkProfile(change.profile, context) : instance.profile;
    const next: Instance = { ...instance, ...change, profile };
    return { result: next, state: { ...state, instances: replaced(state.instances, id, next) } };
  };
}

/** Throws `OperationNotPermitted`: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html */
export function checkTermination({ id, disableApiTermination }: Instance): void {
  if (!disableApiTermination) return;
  throw new AwsError(
    'OperationNotPermitted',
    `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  );
}

/** Characters: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html, "The most recent 64 KB". */
const CONSOLE_LENGTH = 65_536;

/** The guest writes to its serial console. */
export function writeToConsole(id: string, text: string): Operation {
  return (state) => {
    const instance = existing('i', id, state.instances);
    const next = { ...instance, console: `${instance.console}${text}`.slice(-CONSOLE_LENGTH) };
    return { result: undefined, state: { ...state, instances: replaced(state.instances, id, next) } };
  };
}
