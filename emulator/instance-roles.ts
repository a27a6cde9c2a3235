import type { Account } from './account.ts';
import type { Credentials } from './credentials.ts';
import type { Guests } from './ec2/guests.ts';
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
export function createInstanceKeys(guests: Guests, credentials: Credentials, clock: Clock) {
  type Keys = ReturnType<Credentials['forRole']> & { readonly role: string; readonly expiration: number };
  const known = new Map<string, Keys>();
  return (region: string, instance: string): Keys | undefined => {
    const role = guests.find(region, instance)?.role;
    if (role === undefined) return undefined;
    const cached = known.get(`${region}/${instance}`);
    if (cached?.role === role && cached.expiration > clock.now()) return cached;
    const fresh = { ...credentials.forRole(role, instance), role, expiration: clock.now() + LIFETIME_MS };
    known.set(`${region}/${instance}`, fresh);
    return fresh;
  };
}

function roleArn(account: Account, name: string): string {
  const { name: partition } = partitionOfAll(Object.keys(account.regions));
  return `arn:${partition}:iam::${account.id}:role/${name}`;
}
