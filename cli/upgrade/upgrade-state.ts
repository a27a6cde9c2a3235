/** How far the replacement of a router is, read from its stack alone: nothing is stored on the workstation. Pure. */

import type { Stack, StackName } from '#aws/stacks.ts';
import type { Router } from '#topology/topology.ts';
import { isUpdatable } from '../created/stack-ended.ts';
import type { NextCommand } from '../output/next-command.ts';

/** Values of a router stack's parameters for the next launch. */
export interface Launch {
  readonly image: string;
  readonly instanceType: string;
}

/** A created router, and its stack now. */
export interface RouterStack {
  readonly router: Router;
  readonly where: StackName;
  /** Undefined: it does not exist. */
  readonly stack: Stack | undefined;
  readonly wanted: Launch;
  /** What its deployed template says. */
  readonly deployed: Launch;
  /** `i-…` that is attached to its interface; undefined: none is. A terminated one is not, whatever the stack says. */
  readonly instance: string | undefined;
}

/**
 * `current`: its instance is what is wanted. `outdated`: its instance is to be replaced. `removed`: it has no instance, because
 * an upgrade has removed it and not launched the new one yet, or because it was terminated. `unusable`: the stack does not exist, or
 * accepts no update.
 */
type UpgradeState = 'current' | 'outdated' | 'removed' | 'unusable';

export function upgradeState({
  stack,
  wanted,
  instance,
}: Pick<RouterStack, 'stack' | 'wanted' | 'instance'>): UpgradeState {
  if (stack === undefined || !isUpdatable(stack)) return 'unusable';
  const { parameters, outputs } = stack;
  if (parameters['Present'] === 'false' || instance === undefined) return 'removed';
  const isWanted =
    parameters['ImageId'] === wanted.image &&
    parameters['InstanceType'] === wanted.instanceType &&
    parameters['LaunchTemplateVersion'] === outputs['LatestLaunchTemplateVersion'];
  return isWanted ? 'current' : 'outdated';
}

/** Why a stack accepts no update, as a sentence with what to do. */
export function whyUnusable(
  { where, stack, instance }: Pick<RouterStack, 'where' | 'stack' | 'instance'>,
  next: NextCommand,
): string {
  const { name, region } = where;
  if (stack === undefined) return `the stack ${name} does not exist in ${region}: deploy the topology.`;
  const is = `the stack ${name} is ${stack.status}`;
  if (stack.status === 'UPDATE_ROLLBACK_FAILED')
    return `${is}: run aws cloudformation continue-update-rollback --stack-name ${name} --region ${region}.`;
  if (stack.status.startsWith('DELETE_'))
    return `${is}: run ${next('destroy')} again, which says what prevents the deletion and continues it.`;
  if (stack.status === 'ROLLBACK_FAILED' && instance !== undefined)
    return `${is}, and its instance ${instance} is protected from termination: run aws ec2 modify-instance-attribute --region ${region} --instance-id ${instance} --no-disable-api-termination, and deploy the topology, which creates the stack again.`;
  return `${is}: delete it (aws cloudformation delete-stack --stack-name ${name} --region ${region}), and deploy the topology.`;
}

/** A topology's image as the parameter has it: SSM parameters are resolved at each launch. */
export function imageParameter(image: string): string {
  return image.startsWith('ssm:') ? `resolve:${image}` : image;
}
