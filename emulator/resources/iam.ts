import { z } from 'zod';
import { partitionOf } from '#emulator/partition.ts';
import type { Resource } from '#emulator/template.ts';
import { nameless, type ResourceFamily } from './family.ts';

export const document = z.object({
  Version: z.string().default('2008-10-17'),
  Statement: z.union([z.array(z.unknown()), z.looseObject({})]).transform((value) => [value].flat()),
});
const inline = z.array(z.object({ PolicyName: z.string(), PolicyDocument: document })).default([]);

const roleSchema = z.object({
  AssumeRolePolicyDocument: document,
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: inline,
});
const policySchema = z.object({
  PolicyName: z.string(),
  PolicyDocument: document,
  Roles: z.array(z.string()).default([]),
});
const managedPolicySchema = z.object({ PolicyDocument: document, Roles: z.array(z.string()).default([]) });

const globalArn = (resource: Resource, rest: string): string =>
  `arn:${partitionOf(resource.region).name}:iam::${resource.accountId}:${rest}`;
const roleName = (resource: Resource): string => resource.text('RoleName') ?? resource.generatedName();
const policyName = (resource: Resource): string => resource.text('ManagedPolicyName') ?? resource.generatedName(128);
const pathOf = (resource: Resource): string => resource.text('Path') ?? '/';

export const iam: ResourceFamily = {
  types: {
    'AWS::IAM::Role': {
      identify: (resource) => {
        const arn = globalArn(resource, `role${pathOf(resource)}${roleName(resource)}`);
        return { ref: roleName(resource), attributes: { Arn: arn, RoleId: resource.logicalId } };
      },
      create(resource, { iam: access }) {
        const { AssumeRolePolicyDocument, ManagedPolicyArns, Policies } = resource.read(roleSchema);
        const arn = String(resource.identity.attributes['Arn']);
        access.addRole({ arn, trust: AssumeRolePolicyDocument, managedPolicies: ManagedPolicyArns });
        for (const { PolicyName, PolicyDocument } of Policies) {
          access.addInlinePolicy(roleName(resource), { name: PolicyName, document: PolicyDocument });
        }
      },
    },
    'AWS::IAM::Policy': {
      identify: nameless,
      create(resource, { iam: access }) {
        const { PolicyName, PolicyDocument, Roles } = resource.read(policySchema);
        for (const role of Roles) access.addInlinePolicy(role, { name: PolicyName, document: PolicyDocument });
      },
    },
    'AWS::IAM::ManagedPolicy': {
      identify: (resource) => {
        const arn = globalArn(resource, `policy${pathOf(resource)}${policyName(resource)}`);
        return { ref: arn, attributes: { PolicyArn: arn } };
      },
      create(resource, { iam: access }) {
        const { PolicyDocument, Roles } = resource.read(managedPolicySchema);
        const arn = resource.identity.ref;
        access.addManagedPolicy({ arn, name: policyName(resource), document: PolicyDocument });
        for (const role of Roles) access.attach(role, arn);
      },
    },
  },
};
