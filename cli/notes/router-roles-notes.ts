import { policiesByRole, whyRefused } from '#infra/role-policies.ts';
import { MANAGED_POLICIES_BY_DEFAULT } from '#infra/table-policies.ts';
import type { Topology } from '#topology/topology.ts';

/** Roles of routers to which the stacks attach more policies than IAM allows before somebody asks for more. */
export function routerRolesNotes(topology: Topology): string[] {
  if (whyRefused(topology).length > 0) return [];
  return [...policiesByRole(topology)]
    .filter(([, policies]) => policies > MANAGED_POLICIES_BY_DEFAULT)
    .map(
      ([role, policies]) =>
        `role ${role}: what its routers may do takes ${policies} managed policies, and IAM allows ` +
        `${MANAGED_POLICIES_BY_DEFAULT} on one role: give each site, or each router, an instanceRole of its own, or have the ` +
        'quota "Managed policies per role" raised before you deploy.',
    );
}
