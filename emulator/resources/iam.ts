import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { Resource } from '#emulator/template.ts';
import { CreationFailed, changed, nameless, type ResourceFamily, type ResourceType } from './family.ts';

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

const roleArn = (resource: Resource): string => globalArn(resource, `role${pathOf(resource)}${roleName(resource)}`);
const policyArn = (resource: Resource): string =>
  globalArn(resource, `policy${pathOf(resource)}${policyName(resource)}`);

const role: ResourceType = {
  identify: (resource) => ({
    ref: roleName(resource),
    attributes: { Arn: roleArn(resource), RoleId: resource.logicalId },
  }),
  create(resource, { iam: access }) {
    const { AssumeRolePolicyDocument, ManagedPolicyArns, Policies } = resource.read(roleSchema);
    const arn = roleArn(resource);
    access.addRole({ arn, trust: AssumeRolePolicyDocument, managedPolicies: ManagedPolicyArns });
    try {
      access.checkAttachments(arn);
      for (const policy of Policies) access.putInlinePolicy(roleName(resource), inlinePolicy(policy));
    } catch (error) {
      throw new CreationFailed(resource.identity, error instanceof Error ? error.message : String(error));
    }
  },
  update(resource, previous, { iam: access }) {
    if (changed(resource, previous, 'RoleName', 'Path')) return 'replace';
    const name = roleName(resource);
    const { AssumeRolePolicyDocument, ManagedPolicyArns, Policies } = resource.read(roleSchema);
    access.setTrust(roleArn(resource), AssumeRolePolicyDocument);
    emptyRole(previous, access);
    for (const policy of ManagedPolicyArns) access.attach(name, policy);
    for (const policy of Policies) access.putInlinePolicy(name, inlinePolicy(policy));
    return access.checkAttachments(roleArn(resource));
  },
  delete(resource, { iam: access }) {
    emptyRole(resource, access);
    access.deleteRole(roleArn(resource));
  },
};

const policy: ResourceType = {
  identify: nameless,
  create: putPolicy,
  update(resource, previous, cloud) {
    deletePolicy(previous, cloud);
    putPolicy(resource, cloud);
  },
  delete: deletePolicy,
};

const managedPolicy: ResourceType = {
  identify: (resource) => ({ ref: policyArn(resource), attributes: { PolicyArn: policyArn(resource) } }),
  create(resource, cloud) {
    putManagedDocument(resource, cloud);
    try {
      attachToRoles(resource, cloud);
    } catch (error) {
      throw new CreationFailed(resource.identity, error instanceof Error ? error.message : String(error));
    }
  },
  update(resource, previous, cloud) {
    if (changed(resource, previous, 'ManagedPolicyName', 'Path', 'Description')) return 'replace';
    detachFromRoles(previous, cloud);
    putManagedDocument(resource, cloud);
    attachToRoles(resource, cloud);
  },
  delete(resource, cloud) {
    detachFromRoles(resource, cloud);
    cloud.iam.deleteManagedPolicy(policyArn(resource));
  },
};

const profileSchema = z.object({ Roles: z.array(z.string()).max(1) });
const profileName = (resource: Resource): string => resource.text('InstanceProfileName') ?? resource.generatedName(128);
const profileArn = (resource: Resource): string =>
  globalArn(resource, `instance-profile${pathOf(resource)}${profileName(resource)}`);

const instanceProfile: ResourceType = {
  identify: (resource) => ({ ref: profileName(resource), attributes: { Arn: profileArn(resource) } }),
  create(resource, { iam: access }) {
    const [roleOfProfile] = resource.read(profileSchema).Roles;
    access.addInstanceProfile({ arn: profileArn(resource), name: profileName(resource), role: roleOfProfile });
  },
  update(resource, previous, { iam: access }) {
    if (changed(resource, previous, 'InstanceProfileName', 'Path')) return 'replace';
    return access.setProfileRole(profileArn(resource), resource.read(profileSchema).Roles[0]);
  },
  delete: (resource, { iam: access }) => access.deleteInstanceProfile(profileArn(resource)),
};

export const iam: ResourceFamily = {
  types: {
    'AWS::IAM::Role': role,
    'AWS::IAM::Policy': policy,
    'AWS::IAM::ManagedPolicy': managedPolicy,
    'AWS::IAM::InstanceProfile': instanceProfile,
  },
};

function inlinePolicy({ PolicyName, PolicyDocument }: z.infer<typeof inline>[number]) {
  return { name: PolicyName, document: PolicyDocument };
}

/** Takes away what the role's own properties gave it; policies of other resources stay, and prevent its deletion. */
function emptyRole(resource: Resource, access: Cloud['iam']): void {
  const { ManagedPolicyArns, Policies } = resource.read(roleSchema);
  for (const arn of ManagedPolicyArns) access.detach(roleName(resource), arn);
  for (const { PolicyName } of Policies) access.deleteInlinePolicy(roleName(resource), PolicyName);
}

function putPolicy(resource: Resource, { iam: access }: Cloud): void {
  const { PolicyName, PolicyDocument, Roles } = resource.read(policySchema);
  for (const name of Roles) access.putInlinePolicy(name, { name: PolicyName, document: PolicyDocument });
}

function deletePolicy(resource: Resource, { iam: access }: Cloud): void {
  const { PolicyName, Roles } = resource.read(policySchema);
  for (const name of Roles) access.deleteInlinePolicy(name, PolicyName);
}

function putManagedDocument(resource: Resource, { iam: access }: Cloud): void {
  const { PolicyDocument } = resource.read(managedPolicySchema);
  access.putManagedPolicy({ arn: policyArn(resource), name: policyName(resource), document: PolicyDocument });
}

function attachToRoles(resource: Resource, { iam: access }: Cloud): void {
  for (const name of resource.read(managedPolicySchema).Roles) access.attach(name, policyArn(resource));
}

function detachFromRoles(resource: Resource, { iam: access }: Cloud): void {
  for (const name of resource.read(managedPolicySchema).Roles) access.detach(name, policyArn(resource));
}
