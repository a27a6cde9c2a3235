import { partitionOf } from '#topology/partitions.ts';
import { someOf } from '#topology/some-of.ts';
import type { Topology } from '#topology/topology.ts';
import { whyUndeployable } from '#topology/undeployable.ts';
import { bootParameterName } from '#vyos/boot-values.ts';
import { packPolicies } from './policy-size.ts';
import { installRights } from './router-bundles/boot-source.ts';
import { canRunPrograms } from './router-bundles/program-routers.ts';
import { routerRights, routersByRole } from './router-rights.ts';
import { MANAGED_POLICIES_AT_MOST } from './table-policies.ts';

/** Counted once for each topology: several sentences are made of it, and of a hundred sites it takes a second. */
const known = new WeakMap<Topology, ReadonlyMap<string, number>>();

/** Managed policies that the stacks attach to each role of routers. Sites may share a role: its policies are those of all of them. */
export function policiesByRole(topology: Topology): ReadonlyMap<string, number> {
  const counted = known.get(topology) ?? countPolicies(topology);
  known.set(topology, counted);
  return counted;
}

/** In the bucket of a bootstrap without a qualifier of its own. */
const LONGEST_OBJECT = `arn:aws-us-gov:s3:::cdk-hnb659fds-assets-123456789012-ap-northeast-1/${'0'.repeat(64)}.zip`;

function countPolicies(topology: Topology): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const site of topology.sites) {
    const { name: partition, urlSuffix } = partitionOf(site.region);
    const place = { partition, urlSuffix, account: '123456789012', region: site.region };
    const routeArn = `arn:${partition}:execute-api:${site.region}:123456789012:0123456789/$default/POST/v1/sites/${site.name}/events`;
    for (const { role, routers } of routersByRole(site)) {
      const existing = routers.filter((router) => router.creation === undefined && canRunPrograms(router));
      const objects = topology.ssmAgent === undefined ? [LONGEST_OBJECT] : [LONGEST_OBJECT, LONGEST_OBJECT];
      const rights = [
        ...routerRights(topology, site, routers, routeArn, place),
        ...existing.flatMap(({ name }) => {
          const parameter = bootParameterName(topology, site, name);
          return installRights(`arn:${partition}:ssm:${site.region}:123456789012:parameter${parameter}`, objects);
        }),
      ];
      count.set(role, (count.get(role) ?? 0) + packPolicies(rights, ({ length }) => length).length);
    }
  }
  return count;
}

/**
 * Why AWS would reject the stacks of a topology even with raised quotas: a sentence for each reason, with the change to make.
 * Empty: it can be deployed.
 */
export function whyRefused(topology: Topology): readonly string[] {
  const why = whyUndeployable(topology);
  if (why.length > 0) return why;
  const full = [...policiesByRole(topology)].filter(([, policies]) => policies > MANAGED_POLICIES_AT_MOST);
  if (full.length === 0) return [];
  const roles = full.map(([role, policies]) => `role ${role} (${policies})`);
  return [
    `${someOf(roles)}: what its routers may do takes more than the ${MANAGED_POLICIES_AT_MOST} managed policies that IAM takes on one role ` +
      'at most. Give each site, or each router, an instanceRole of its own; until then the topology cannot be deployed.',
  ];
}
