import { invalidParameter } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import type { Permission, SecurityGroup, SecurityGroupRule } from '#emulator/ec2/model/security-groups.ts';
import type { Tags } from '#emulator/ec2/model/tags.ts';
import type { Operation, OperationContext } from '#emulator/ec2/operation.ts';
import { type RegionState, replaced, without } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';
import { checkText } from './security-group-rule.ts';

interface SecurityGroupRequest {
  readonly name: string;
  readonly description: string;
  readonly vpc: string;
  readonly tags: Tags;
}

/** "By default, a security group includes an outbound rule that allows all outbound traffic." */
const EVERYTHING: Permission = {
  protocol: '-1',
  ports: undefined,
  peer: { cidr: '0.0.0.0/0' },
  description: undefined,
};

/** https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html */
export function defaultGroup(vpc: string, newId: OperationContext['newId']): SecurityGroup {
  const id = newId('sg');
  const rule = (direction: SecurityGroupRule['direction'], permission: Permission): SecurityGroupRule => ({
    id: newId('sgr'),
    direction,
    permission,
    tags: {},
  });
  const rules = [rule('ingress', { ...EVERYTHING, peer: { group: id } }), rule('egress', EVERYTHING)];
  return { id, name: 'default', description: 'default VPC security group', vpc, rules, tags: {} };
}

export function defaultGroupOf(vpc: string, { securityGroups }: RegionState): SecurityGroup {
  const found = [...securityGroups.values()].find((group) => group.vpc === vpc && group.name === 'default');
  if (found === undefined) throw new AwsError('VPCIdNotSpecified', `No default security group for ${vpc}`);
  return found;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html. Throws `InvalidGroup.Duplicate`. */
export function createSecurityGroup(request: SecurityGroupRequest): Operation<SecurityGroup> {
  return (state, context) => {
    existing('vpc', request.vpc, state.vpcs);
    checkText('GroupDescription', request.description);
    if (request.name.startsWith('sg-')) {
      throw invalidParameter(
        `Value (${request.name}) for parameter groupName is invalid. Group names may not be in the format sg-*.`,
      );
    }
    const taken = [...state.securityGroups.values()].some(
      ({ name, vpc }) => name === request.name && vpc === request.vpc,
    );
    if (taken) {
      throw new AwsError(
        'InvalidGroup.Duplicate',
        `The security group '${request.name}' already exists for VPC '${request.vpc}'`,
      );
    }
    const egress: SecurityGroupRule = {
      id: context.newId('sgr'),
      direction: 'egress',
      permission: EVERYTHING,
      tags: {},
    };
    return changed(state, { id: context.newId('sg'), ...request, rules: [egress] });
  };
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html. Throws `DependencyViolation` while
 * an interface has it or another group's rule names it, `CannotDelete` for a default group.
 */
export function deleteSecurityGroup(id: string): Operation {
  return (state) => {
    const group = existing('sg', id, state.securityGroups);
    if (group.name === 'default') {
      throw new AwsError('CannotDelete', `the specified group: "${id}" name: "default" cannot be deleted by a user`);
    }
    const isNamed = [...state.securityGroups.values()].some(
      (other) =>
        other.id !== id && other.rules.some(({ permission: { peer } }) => 'group' in peer && peer.group === id),
    );
    if (isNamed || [...state.interfaces.values()].some(({ groups }) => groups.includes(id))) {
      throw new AwsError('DependencyViolation', `resource ${id} has a dependent object`);
    }
    return { result: undefined, state: { ...state, securityGroups: without(state.securityGroups, id) } };
  };
}

/** Replaces the tags. */
export function tagSecurityGroup(id: string, tags: Tags): Operation<SecurityGroup> {
  return (state) => changed(state, { ...existing('sg', id, state.securityGroups), tags });
}

function changed(state: RegionState, group: SecurityGroup) {
  return { result: group, state: { ...state, securityGroups: replaced(state.securityGroups, group.id, group) } };
}
