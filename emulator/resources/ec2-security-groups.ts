import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import type { Permission, SecurityGroupRule } from '#emulator/ec2/model/security-groups.ts';
import { createSecurityGroup, deleteSecurityGroup, tagSecurityGroup } from '#emulator/ec2/operations/security-group.ts';
import { authorize, revoke } from '#emulator/ec2/operations/security-group-rule.ts';
import type { Resource } from '#emulator/template.ts';
import { deleteUnlessGone, number, tagList, tagsOf } from './ec2-common.ts';
import { CreationFailed, changed, type ResourceFamily, type ResourceType } from './family.ts';

type Direction = SecurityGroupRule['direction'];

const ruleSchema = z
  .object({
    IpProtocol: z.coerce.string(),
    FromPort: number.optional(),
    ToPort: number.optional(),
    CidrIp: z.string().optional(),
    CidrIpv6: z.string().optional(),
    SourceSecurityGroupId: z.string().optional(),
    DestinationSecurityGroupId: z.string().optional(),
    SourcePrefixListId: z.string().optional(),
    DestinationPrefixListId: z.string().optional(),
    Description: z.string().optional(),
  })
  .transform((rule): Permission => {
    const cidr = rule.CidrIp ?? rule.CidrIpv6;
    const group = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
    const prefixList = rule.SourcePrefixListId ?? rule.DestinationPrefixListId ?? '';
    const { FromPort: from, ToPort: to } = rule;
    return {
      protocol: rule.IpProtocol.toLowerCase(),
      ports: rule.IpProtocol === '-1' || from === undefined || to === undefined ? undefined : { from, to },
      peer: cidr !== undefined ? { cidr } : group !== undefined ? { group } : { prefixList },
      description: rule.Description,
    };
  });
const groupSchema = z.object({
  GroupName: z.string().optional(),
  GroupDescription: z.string(),
  VpcId: z.string(),
  SecurityGroupIngress: z.array(ruleSchema).default([]),
  SecurityGroupEgress: z.array(ruleSchema).optional(),
  Tags: tagList,
});

/** The rules that the group's own properties state. */
function inlineRules(resource: Resource, direction: Direction): readonly Permission[] {
  const { SecurityGroupIngress, SecurityGroupEgress = [] } = resource.read(groupSchema);
  return direction === 'ingress' ? SecurityGroupIngress : SecurityGroupEgress;
}

export const ec2SecurityGroups: ResourceFamily = {
  types: {
    'AWS::EC2::SecurityGroup': {
      create(resource, cloud) {
        const wanted = resource.read(groupSchema);
        const { ec2 } = cloud;
        const { id } = ec2.perform(
          resource.region,
          createSecurityGroup({
            name: wanted.GroupName ?? resource.generatedName(255),
            description: wanted.GroupDescription,
            vpc: wanted.VpcId,
            tags: tagsOf(resource, wanted.Tags),
          }),
        );
        const identity = { ref: id, attributes: { GroupId: id, Id: id, VpcId: wanted.VpcId } };
        try {
          // "When you specify outbound rules, the default outbound rule is removed": AWS::EC2::SecurityGroup.
          if (wanted.SecurityGroupEgress !== undefined) {
            ec2.perform(
              resource.region,
              revoke(id, ({ direction }) => direction === 'egress'),
            );
          }
          addRules(id, resource, undefined, cloud);
        } catch (error) {
          throw new CreationFailed(identity, error instanceof Error ? error.message : String(error), { cause: error });
        }
        return identity;
      },
      update(resource, previous, cloud) {
        if (changed(resource, previous, 'GroupName', 'GroupDescription', 'VpcId')) return 'replace';
        const { ref: id } = previous.identity;
        removeRules(id, previous, resource, cloud);
        addRules(id, resource, previous, cloud);
        const { Tags } = resource.read(groupSchema);
        cloud.ec2.perform(resource.region, tagSecurityGroup(id, tagsOf(resource, Tags)));
        return undefined;
      },
      delete: ({ region, identity }, { ec2 }) =>
        deleteUnlessGone(() => ec2.perform(region, deleteSecurityGroup(identity.ref))),
    },
    'AWS::EC2::SecurityGroupIngress': ruleType('ingress'),
    'AWS::EC2::SecurityGroupEgress': ruleType('egress'),
  },
};

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** Adds the inline rules that `before` does not have. */
function addRules(id: string, resource: Resource, before: Resource | undefined, { ec2 }: Cloud): void {
  for (const direction of DIRECTIONS) {
    const known = before === undefined ? [] : inlineRules(before, direction);
    for (const rule of inlineRules(resource, direction)) {
      if (!known.some((each) => isDeepStrictEqual(each, rule))) {
        ec2.perform(resource.region, authorize(id, direction, rule));
      }
    }
  }
}

/** Removes the inline rules of `before` that `resource` does not have. */
function removeRules(id: string, before: Resource, resource: Resource, { ec2 }: Cloud): void {
  for (const direction of DIRECTIONS) {
    const kept = inlineRules(resource, direction);
    const gone = inlineRules(before, direction).filter((rule) => !kept.some((each) => isDeepStrictEqual(each, rule)));
    const isGone = (rule: SecurityGroupRule) =>
      rule.direction === direction && gone.some((each) => isDeepStrictEqual(each, rule.permission));
    ec2.perform(resource.region, revoke(id, isGone));
  }
}

function ruleType(direction: Direction): ResourceType {
  const groupOf = (resource: Resource) => resource.text('GroupId') ?? '';
  return {
    create(resource, { ec2 }) {
      const rule = ec2.perform(resource.region, authorize(groupOf(resource), direction, resource.read(ruleSchema)));
      return { ref: rule.id, attributes: { Id: rule.id } };
    },
    delete(resource, { ec2 }) {
      const { ref } = resource.identity;
      deleteUnlessGone(() =>
        ec2.perform(
          resource.region,
          revoke(groupOf(resource), ({ id }) => id === ref),
        ),
      );
    },
  };
}
