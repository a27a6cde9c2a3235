import type { Template } from '#emulator/assembly.ts';
import { AwsError } from '#emulator/service.ts';

/** Property of a name that the template may choose. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::Policy': '',
};

/**
 * Whoever creates or updates a stack with IAM resources must acknowledge it, with the template of before as well.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
 *
 * @throws AwsError `InsufficientCapabilitiesException`
 */
export function checkCapabilities({ Resources }: Template, given: readonly string[]): void {
  const ofIam = Object.values(Resources).filter(({ Type }) => NAMES[Type] !== undefined);
  if (ofIam.length === 0 || given.includes('CAPABILITY_NAMED_IAM')) return;
  const isNamed = ofIam.some(({ Type, Properties }) => Object.hasOwn(Properties, NAMES[Type] ?? ''));
  if (!isNamed && given.includes('CAPABILITY_IAM')) return;
  const wanted = isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${wanted}]`);
}
