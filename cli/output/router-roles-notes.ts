import { packPolicies } from '#infra/policy-size.ts';
import { routerRights, routersByRole } from '#infra/router-rights.ts';
import { MANAGED_POLICIES_BY_DEFAULT } from '#infra/table-policies.ts';
import { partitionOf } from '#topology/partitions.ts';
import type { Topology } from '#topology/topology.ts';
import { whyUndeployable } from '#topology/undeployable.ts';

/** Roles of routers to which the stacks attach more policies than IAM allows before somebody asks for more. */
export function routerRolesNotes(topology: Topology): string[] {
  if (whyUndeployable(topology).length > 0) return [];
  return [...policiesByRole(topology)]
    .filter(([, policies]) => policies > MANAGED_POLICIES_BY_DEFAULT)
    .map(
      ([role, policies]) =>
        `role ${role}: what its routers may do takes ${policies} managed policies, and IAM allows ` +
        `${MANAGED_POLICIES_BY_DEFAULT} on one role: give each site, or each router, an instanceRole of its own, or have the ` +
        'quota "Managed policies per role" raised before you deploy.',
    );
}

/** Sites may share a role: its policies are those of all of them. */
function policiesByRole(topology: Topology): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const site of topology.sites) {
    const { name: partition, urlSuffix } = partitionOf(site.region);
    const place = { partition, urlSuffix, account: '123456789012', region: site.region };
    const routeArn = `arn:${partition}:execute-api:${site.region}:123456789012:0123456789/$default/POST/v1/sites/${site.name}/events`;
    for (const { role, routers } of routersByRole(site)) {
      const rights = routerRights(topology, site, routers, routeArn, place);
      count.set(role, (count.get(role) ?? 0) + packPolicies(rights, ({ length }) => length).length);
    }
  }
  return count;
}
