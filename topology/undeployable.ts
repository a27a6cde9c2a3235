import { someOf } from './some-of.ts';
import type { Topology } from './topology.ts';

/**
 * The reasons why a valid topology cannot be deployed yet, one sentence each, with the correction. Empty: it can be deployed.
 */
export function whyUndeployable(topology: Pick<Topology, 'sites'>): readonly string[] {
  return [unbuiltSites(topology), routersWithoutRole(topology)].filter((sentence) => sentence !== undefined);
}

/** Sites whose VPC does not exist yet. */
function unbuiltSites({ sites }: Pick<Topology, 'sites'>): string | undefined {
  const names = sites.filter(({ vpc }) => vpc.create).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return (
    `${names.length === 1 ? 'site' : 'sites'} ${names.join(', ')}: vpc has create: true, and vyos-failover does not create VPCs yet. ` +
    'Create the VPC and replace create: true with the ids (vpc.id, instance, eni, routeTables); then the topology can be deployed.'
  );
}

/** Without the role of its instance a router cannot be allowed to report. */
function routersWithoutRole({ sites }: Pick<Topology, 'sites'>): string | undefined {
  const lacking = sites.flatMap(({ name, routers: { active, standby } }) => {
    const routers = [active, standby].filter(({ instanceRole }) => instanceRole === undefined);
    return routers.length === 2 ? [`site ${name}`] : routers.map((router) => `router ${router.name}`);
  });
  if (lacking.length === 0) return undefined;
  return (
    `${someOf(lacking)}: instanceRole is missing, so reports would be rejected. ` +
    `Add the name of the IAM role of the ${lacking.length === 1 && lacking[0]?.startsWith('router') ? 'router’s instance' : 'routers’ instances'} ` +
    '(instanceRole: NAME); until then the topology cannot be deployed.'
  );
}
