import { canonical } from '#emulator/ec2/cidr.ts';
import { invalidParameter } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import type { Operation, OperationContext } from '#emulator/ec2/operation.ts';
import {
  type Peer,
  type Permission,
  type RegionState,
  replaced,
  type SecurityGroup,
  type SecurityGroupRule,
  type Tags,
  without,
} from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';

export interface SecurityGroupRequest {
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

/** "Constraints: Up to 255 characters in length; a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*" */
function checkText(parameter: string, text: string): void {
  if (/^[\w .\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(text)) return;
  throw invalidParameter(
    `Value (${text}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`,
  );
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html. Throws
 * `InvalidPermission.Duplicate`, `RulesPerSecurityGroupLimitExceeded`.
 */
export function authorize(
  groupId: string,
  direction: SecurityGroupRule['direction'],
  permission: Permission,
): Operation<SecurityGroupRule> {
  return (state, context) => {
    const group = existing('sg', groupId, state.securityGroups);
    checkPorts(permission);
    const checked = { ...permission, peer: checkedPeer(permission.peer, state) };
    if (permission.description !== undefined) checkText('Description', permission.description);
    const same = group.rules.filter((rule) => rule.direction === direction);
    if (same.some((rule) => keyOf(rule.permission) === keyOf(checked))) {
      throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${keyOf(checked)}" already exists`);
    }
    if (same.length >= state.catalog.quotas.rulesPerGroup) {
      throw new AwsError(
        'RulesPerSecurityGroupLimitExceeded',
        'The maximum number of rules per security group has been reached.',
      );
    }
    const rule: SecurityGroupRule = { id: context.newId('sgr'), direction, permission: checked, tags: {} };
    return { result: rule, state: changed(state, { ...group, rules: [...group.rules, rule] }).state };
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html; a rule that is gone is no error. */
export function revoke(groupId: string, isRevoked: (rule: SecurityGroupRule) => boolean): Operation {
  return (state) => {
    const group = existing('sg', groupId, state.securityGroups);
    const rules = group.rules.filter((rule) => !isRevoked(rule));
    return { result: undefined, state: changed(state, { ...group, rules }).state };
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

/**
 * "For tcp, udp, and icmp, you must specify a port range": https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html;
 * the sentence as in https://github.com/aws-cloudformation/cfn-lint/issues/1323.
 */
function checkPorts({ protocol, ports }: Permission): void {
  const isIcmp = protocol === 'icmp' || protocol === '1';
  if (ports !== undefined || !(isIcmp || ['tcp', 'udp', '6', '17'].includes(protocol))) return;
  throw invalidParameter(
    `Invalid value 'Must specify both from and to ports with ${isIcmp ? 'ICMP' : 'TCP/UDP'}.' for portRange.`,
  );
}

function checkedPeer(peer: Peer, state: RegionState): Peer {
  if ('group' in peer) return { group: existing('sg', peer.group, state.securityGroups).id };
  if ('prefixList' in peer) return { prefixList: existing('pl', peer.prefixList, state.prefixLists).id };
  const block = canonical(peer.cidr);
  if (block === undefined) throw invalidParameter(`CIDR block ${peer.cidr} is malformed`);
  return { cidr: block.text };
}

/** As EC2 writes a rule in messages; the same for two rules that allow the same. */
function keyOf({ protocol, ports, peer }: Permission): string {
  const [other = ''] = Object.values(peer);
  const range = ports === undefined ? '' : `, from port: ${ports.from}, to port: ${ports.to}`;
  return `peer: ${other}, ${protocol === '-1' ? 'ALL' : protocol.toUpperCase()}${range}, ALLOW`;
}

function changed(state: RegionState, group: SecurityGroup) {
  return { result: group, state: { ...state, securityGroups: replaced(state.securityGroups, group.id, group) } };
}
