import { policiesByRole, whyRefused } from '#infra/role-policies.ts';
import { MANAGED_POLICIES_BY_DEFAULT } from '#infra/table-policies.ts';
import type { Topology } from '#topology/topology.ts';

/** Instance roles to which the stacks attach more managed policies than IAM's default quota. */
export function routerRolesNotes(topology: Topology): string[] {
  if (whyRefused(topology).length > 0) return [];
  return [...policiesByRole(topology)]
    .filter(([, policies]) => policies > MANAGED_POLICIES_BY_DEFAULT)
    .map(
      ([role, policies]) =>
        `role ${role}: the permissions of its routers require ${policies} managed policies, and the default quota is ` +
        `${MANAGED_POLICIES_BY_DEFAULT} per role: use one instanceRole per site or per router, or request an increase of the ` +
        'quota "Managed policies per role" before you deploy.',
    );
}
