import { canonical } from '#emulator/ec2/cidr.ts';
import { invalidParameter } from '#emulator/ec2/errors.ts';
import { existing } from '#emulator/ec2/ids.ts';
import type { Peer, Permission, SecurityGroup, SecurityGroupRule } from '#emulator/ec2/model/security-groups.ts';
import type { Operation } from '#emulator/ec2/operation.ts';
import { type RegionState, replaced } from '#emulator/ec2/state.ts';
import { AwsError } from '#emulator/service.ts';

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
    return { result: rule, state: withRules(state, group, [...group.rules, rule]) };
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html; a rule that is gone is no error. */
export function revoke(groupId: string, isRevoked: (rule: SecurityGroupRule) => boolean): Operation {
  return (state) => {
    const group = existing('sg', groupId, state.securityGroups);
    const rules = group.rules.filter((rule) => !isRevoked(rule));
    return { result: undefined, state: withRules(state, group, rules) };
  };
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

/** "Constraints: Up to 255 characters in length; a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*" */
export function checkText(parameter: string, text: string): void {
  if (/^[\w .\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(text)) return;
  throw invalidParameter(
    `Value (${text}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`,
  );
}

function withRules(state: RegionState, group: SecurityGroup, rules: readonly SecurityGroupRule[]): RegionState {
  return { ...state, securityGroups: replaced(state.securityGroups, group.id, { ...group, rules }) };
}
