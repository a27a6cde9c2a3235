import { MANAGED_POLICIES_BY_DEFAULT, managedPoliciesFor } from '#infra/table-policies.ts';
import type { Site } from '#topology/topology.ts';

/** A site whose permissions exceed IAM's default quota; undefined: they fit. */
export function tablePoliciesNote({ name, routeTables }: Pick<Site, 'name' | 'routeTables'>): string | undefined {
  const policies = managedPoliciesFor(routeTables.length);
  if (policies <= MANAGED_POLICIES_BY_DEFAULT) return undefined;
  return (
    `site ${name}: the permissions for ${routeTables.length} route tables require up to ${policies} managed policies on one role, and ` +
    `the default quota is ${MANAGED_POLICIES_BY_DEFAULT}: request an increase of the quota "Managed policies per role" before you deploy.`
  );
}
