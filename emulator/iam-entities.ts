import { AWS_MANAGED_POLICIES, type PolicyDocument } from './managed-policies.ts';
import { AwsError } from './service.ts';

export interface Policy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface ManagedPolicy extends Policy {
  readonly arn: string;
}

/** Carries one role to instances; a change of it reaches those that run. */
export interface InstanceProfile {
  readonly arn: string;
  readonly name: string;
  /** Name of its role. */
  readonly role: string | undefined;
}

/** The account's roles, policies and instance profiles, with IAM's rules for their deletion. */
export interface Entities {
  /** Throws when a role of that ARN exists: IAM is one namespace for all regions. */
  addRole(role: {
    readonly arn: string;
    readonly trust?: PolicyDocument;
    readonly managedPolicies: readonly string[];
  }): void;
  /** Replaces the role's trust policy. */
  setTrust(roleArn: string, trust: PolicyDocument): void;
  hasRole(arn: string): boolean;
  /** Throws `DeleteConflict` while it has policies or is in an instance profile. */
  deleteRole(arn: string): void;
  /** Adds a managed policy of the account, or replaces its document; roles name it by ARN or name. */
  putManagedPolicy(policy: ManagedPolicy): void;
  /** Throws `DeleteConflict` while it is attached to a role. */
  deleteManagedPolicy(arn: string): void;
  /** Attaches a managed policy to the role. Throws when there is no such role, and beyond the quota. */
  attach(roleName: string, managedPolicy: string): void;
  detach(roleName: string, managedPolicy: string): void;
  /** Adds an inline policy to the role, or replaces the one of that name. Throws when there is no such role, and beyond the quota. */
  putInlinePolicy(roleName: string, policy: Policy): void;
  deleteInlinePolicy(roleName: string, policyName: string): void;
  /** Throws for one that exists. */
  addInstanceProfile(profile: InstanceProfile): void;
  setProfileRole(profileArn: string, role: string | undefined): void;
  deleteInstanceProfile(arn: string): void;
  /** ARN of the role in an instance profile, which has a name or an ARN; undefined: there is no such profile. */
  roleOfProfile(nameOrArn: string): string | undefined;
  /** Throws if the roles, or the one with that ARN, name unknown managed policies, with all of them in one message. */
  checkAttachments(roleArn?: string): void;
}

export interface Role {
  readonly arn: string;
  trust: PolicyDocument | undefined;
  readonly inline: Map<string, Policy>;
  /** ARNs or names. */
  readonly managed: Set<string>;
}

/**
 * Characters without white space, of a managed policy and of all inline policies of a role together:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const LARGEST = { managed: 6_144, inline: 10_240 };

/**
 * @param partition name of the account's
 * @param managedPoliciesPerRole the account's quota
 */
export function createEntities(
  partition: string,
  managedPoliciesPerRole: number,
): Entities & {
  readonly roles: ReadonlyMap<string, Role>;
  readonly policiesOf: (roleArn: string | undefined) => Policy[];
} {
  const roles = new Map<string, Role>();
  const profiles = new Map<string, InstanceProfile>();
  const managed = new Map<string, Policy>(
    Object.entries(AWS_MANAGED_POLICIES)
      .map(([arn, document]) => ({ name: arn.replace(/^arn:aws:/, `arn:${partition}:`), document }))
      .map((policy) => [policy.name, policy]),
  );
  const findRole = (name: string): Role | undefined => [...roles.values()].find(({ arn }) => arn.endsWith(`/${name}`));
  const roleNamed = (name: string): Role => {
    const role = findRole(name);
    if (role === undefined) throw new Error(`A policy is attached to the role "${name}", which does not exist.`);
    return role;
  };
  return {
    roles,
    policiesOf(roleArn) {
      const role = roles.get(roleArn ?? '');
      if (role === undefined) return [];
      return [...role.inline.values(), ...[...role.managed].flatMap((name) => managed.get(name) ?? [])];
    },
    addRole({ arn, trust, managedPolicies }) {
      if (roles.has(arn))
        throw new Error(`The role ${arn} exists twice: role names are one namespace for all regions.`);
      roles.set(arn, { arn, trust, inline: new Map(), managed: new Set(managedPolicies) });
    },
    setTrust(roleArn, trust) {
      const role = roles.get(roleArn);
      if (role !== undefined) role.trust = trust;
    },
    hasRole: (arn) => roles.has(arn),
    deleteRole(arn) {
      const role = roles.get(arn);
      if (role === undefined) return;
      if ([...profiles.values()].some((profile) => findRole(profile.role ?? '') === role))
        throw conflict('Cannot delete entity, must remove roles from instance profile first.');
      if (role.managed.size > 0) throw conflict('Cannot delete entity, must detach all policies first.');
      if (role.inline.size > 0) throw conflict('Cannot delete entity, must delete policies first.');
      roles.delete(arn);
    },
    putManagedPolicy({ arn, name, document }) {
      checkQuota('PolicySize', sizeOf(document), LARGEST.managed, name);
      managed.set(arn, { name, document });
      managed.set(name, { name, document });
    },
    deleteManagedPolicy(arn) {
      const policy = managed.get(arn);
      if (policy === undefined) return;
      if ([...roles.values()].some((role) => role.managed.has(arn) || role.managed.has(policy.name)))
        throw conflict('Cannot delete a policy attached to entities.');
      managed.delete(arn);
      managed.delete(policy.name);
    },
    attach(roleName, managedPolicy) {
      const role = roleNamed(roleName);
      const attached = new Set([...role.managed, managedPolicy]).size;
      checkQuota('PoliciesPerRole', attached, managedPoliciesPerRole, roleName);
      role.managed.add(managedPolicy);
    },
    detach(roleName, managedPolicy) {
      findRole(roleName)?.managed.delete(managedPolicy);
    },
    putInlinePolicy(roleName, policy) {
      const { inline } = roleNamed(roleName);
      const all = new Map(inline).set(policy.name, policy);
      const size = [...all.values()].reduce((sum, { document }) => sum + sizeOf(document), 0);
      checkQuota('RolePolicySize', size, LARGEST.inline, roleName);
      inline.set(policy.name, policy);
    },
    deleteInlinePolicy(roleName, policyName) {
      findRole(roleName)?.inline.delete(policyName);
    },
    addInstanceProfile(profile) {
      if (profiles.has(profile.arn))
        throw new AwsError('EntityAlreadyExists', `Instance Profile ${profile.name} already exists.`, 409);
      profiles.set(profile.arn, checked(profile));
    },
    setProfileRole(arn, role) {
      const profile = profiles.get(arn);
      if (profile !== undefined) profiles.set(arn, checked({ ...profile, role }));
    },
    deleteInstanceProfile: (arn) => void profiles.delete(arn),
    roleOfProfile(nameOrArn) {
      const profile = [...profiles.values()].find(({ arn, name }) => arn === nameOrArn || name === nameOrArn);
      return findRole(profile?.role ?? '')?.arn;
    },
    checkAttachments(roleArn) {
      const unknown = [...roles.values()]
        .filter(({ arn }) => roleArn === undefined || arn === roleArn)
        .flatMap((role) =>
          [...role.managed].filter((name) => !managed.has(name)).map((name) => `${role.arn} → ${name}`),
        );
      if (unknown.length === 0) return;
      throw new Error(
        `Roles with managed policies that neither a template nor the emulator knows:\n  ${unknown.join('\n  ')}\n` +
          'Name one of a template by its name or ARN, or add AWS’s own to emulator/managed-policies.ts.',
      );
    },
  };

  function checked(profile: InstanceProfile): InstanceProfile {
    if (profile.role === undefined || findRole(profile.role) !== undefined) return profile;
    throw new AwsError('NoSuchEntity', `The role with name ${profile.role} cannot be found.`, 404);
  }
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html */
function conflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, 409);
}

function sizeOf(document: PolicyDocument): number {
  return JSON.stringify(document).replaceAll(/\s/g, '').length;
}

function checkQuota(quota: string, value: number, limit: number, of: string): void {
  if (value > limit) throw new Error(`LimitExceeded: Cannot exceed quota for ${quota}: ${limit} (${of} has ${value})`);
}
