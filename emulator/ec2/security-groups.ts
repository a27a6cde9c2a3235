import type { Read } from './action.ts';
import { type Fields, filtered } from './filters.ts';
import { existing } from './ids.ts';
import type { Permission, SecurityGroup, SecurityGroupRule } from './model/security-groups.ts';
import { page } from './paging.ts';
import type { RegionState } from './state.ts';
import { tagsXml } from './tags.ts';
import type { XmlObject } from './wire.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
export const describeSecurityGroups: Read = {
  kind: 'read',
  run(parameters, state) {
    const ids = parameters.texts('GroupId');
    const names = parameters.texts('GroupName');
    const asked = (
      ids.length === 0 ? [...state.securityGroups.values()] : ids.map((id) => existing('sg', id, state.securityGroups))
    ).filter(({ name }) => names.length === 0 || names.includes(name));
    const matching = filtered(asked, parameters.filters(), groupFields, ({ tags }) => tags);
    const { items, nextToken } = page(matching, parameters, { ids, min: 5, max: 1000 });
    return { securityGroupInfo: items.map((group) => groupXml(group, state)), nextToken };
  },
};

const groupFields: Fields<SecurityGroup> = {
  'group-id': ({ id }) => [id],
  'group-name': ({ name }) => [name],
  'vpc-id': ({ vpc }) => [vpc],
  description: ({ description }) => [description],
};

function groupXml(group: SecurityGroup, state: RegionState): XmlObject {
  const permissions = (direction: SecurityGroupRule['direction']) =>
    group.rules
      .filter((rule) => rule.direction === direction)
      .map(({ permission }) => permissionXml(permission, state));
  return {
    groupId: group.id,
    groupName: group.name,
    groupDescription: group.description,
    vpcId: group.vpc,
    ownerId: state.account,
    ipPermissions: permissions('ingress'),
    ipPermissionsEgress: permissions('egress'),
    tagSet: tagsXml(group.tags),
  };
}

function permissionXml({ protocol, ports, peer, description }: Permission, { account }: RegionState): XmlObject {
  const isIpv6 = 'cidr' in peer && peer.cidr.includes(':');
  return {
    ipProtocol: protocol,
    fromPort: ports?.from,
    toPort: ports?.to,
    ipRanges: 'cidr' in peer && !isIpv6 ? [{ cidrIp: peer.cidr, description }] : [],
    ipv6Ranges: 'cidr' in peer && isIpv6 ? [{ cidrIpv6: peer.cidr, description }] : [],
    groups: 'group' in peer ? [{ groupId: peer.group, userId: account, description }] : [],
    prefixListIds: 'prefixList' in peer ? [{ prefixListId: peer.prefixList, description }] : [],
  };
}

interface OwnedRule {
  readonly group: SecurityGroup;
  readonly rule: SecurityGroupRule;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html */
export const describeSecurityGroupRules: Read = {
  kind: 'read',
  run(parameters, state) {
    const ids = parameters.texts('SecurityGroupRuleId');
    const all = new Map(
      [...state.securityGroups.values()].flatMap((group) => group.rules.map((rule) => [rule.id, { group, rule }])),
    );
    const asked = ids.length === 0 ? [...all.values()] : ids.map((id) => existing('sgr', id, all));
    const matching = filtered(asked, parameters.filters(), ruleFields, ({ rule }) => rule.tags);
    const { items, nextToken } = page(matching, parameters, { ids, min: 5, max: 1000 });
    return { securityGroupRuleSet: items.map((owned) => ruleXml(owned, state)), nextToken };
  },
};

const ruleFields: Fields<OwnedRule> = {
  'group-id': ({ group }) => [group.id],
  'security-group-rule-id': ({ rule }) => [rule.id],
};

function ruleXml({ group, rule: { id, direction, permission, tags } }: OwnedRule, { account }: RegionState): XmlObject {
  const { protocol, ports, peer, description } = permission;
  const cidr = 'cidr' in peer ? peer.cidr : undefined;
  return {
    securityGroupRuleId: id,
    groupId: group.id,
    groupOwnerId: account,
    isEgress: direction === 'egress',
    ipProtocol: protocol,
    fromPort: ports?.from ?? -1,
    toPort: ports?.to ?? -1,
    ...(cidr !== undefined && { [cidr.includes(':') ? 'cidrIpv6' : 'cidrIpv4']: cidr }),
    prefixListId: 'prefixList' in peer ? peer.prefixList : undefined,
    referencedGroupInfo: 'group' in peer ? { groupId: peer.group, userId: account } : undefined,
    description,
    tagSet: tagsXml(tags),
  };
}
