import { MANAGED_POLICIES_BY_DEFAULT, managedPoliciesFor } from '#infra/table-policies.ts';
import type { Site } from '#topology/topology.ts';

/** A site whose permissions need a higher quota of IAM before they can be deployed; undefined: they fit. */
export function tablePoliciesNote({ name, routeTables }: Pick<Site, 'name' | 'routeTables'>): string | undefined {
  const policies = managedPoliciesFor(routeTables.length);
  if (policies <= MANAGED_POLICIES_BY_DEFAULT) return undefined;
  return (
    `site ${name}: the permissions for ${routeTables.length} route tables take up to ${policies} managed policies on one role, and ` +
    `IAM allows ${MANAGED_POLICIES_BY_DEFAULT}: have the quota "Managed policies per role" raised before you deploy.`
  );
}
