import type { Account } from './account.ts';
import type { Credentials } from './credentials.ts';
import type { Iam } from './iam.ts';
import { partitionOfAll } from './partition.ts';
import type { Clock } from './service.ts';

/** Instance role credentials live for six hours on AWS; so do these. */
const LIFETIME_MS = 6 * 3_600_000;

/** Makes the account's instance roles. The same role may be on several instances. */
export function addInstanceRoles(account: Account, iam: Iam): void {
  for (const { instances } of Object.values(account.regions)) {
    for (const { role } of instances) {
      if (role === undefined || iam.hasRole(roleArn(account, role.name))) continue;
      iam.addRole({ arn: roleArn(account, role.name), managedPolicies: role.managedPolicies });
    }
  }
}

/** Credentials of an instance's role, with the instance id as the session's name; the same until they expire. */
export function createInstanceKeys(account: Account, credentials: Credentials, clock: Clock) {
  const known = new Map<string, ReturnType<Credentials['forRole']> & { readonly expiration: number }>();
  return (region: string, instance: string) => {
    const role = account.regions[region]?.instances.find(({ id }) => id === instance)?.role;
    if (role === undefined) return undefined;
    const cached = known.get(`${region}/${instance}`);
    if (cached !== undefined && cached.expiration > clock.now()) return cached;
    const fresh = {
      ...credentials.forRole(roleArn(account, role.name), instance),
      expiration: clock.now() + LIFETIME_MS,
    };
    known.set(`${region}/${instance}`, fresh);
    return fresh;
  };
}

function roleArn(account: Account, name: string): string {
  const { name: partition } = partitionOfAll(Object.keys(account.regions));
  return `arn:${partition}:iam::${account.id}:role/${name}`;
}
