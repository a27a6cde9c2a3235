import { someOf } from './some-of.ts';
import type { Topology } from './topology.ts';

/**
 * Why a topology can be written, drawn and rendered, and not yet deployed: a sentence for each reason, with what to write.
 * None: it can be deployed.
 */
export function whyUndeployable(topology: Pick<Topology, 'sites'>): readonly string[] {
  return [unbuiltSites(topology), routersWithoutRole(topology)].filter((sentence) => sentence !== undefined);
}

/** Some sites have a VPC that is still to be created, and nothing here creates one. */
function unbuiltSites({ sites }: Pick<Topology, 'sites'>): string | undefined {
  const names = sites.filter(({ vpc }) => vpc.create).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return (
    `${names.length === 1 ? 'site' : 'sites'} ${names.join(', ')}: vpc has create: true, and nothing creates a VPC yet. ` +
    'Until you have, and write the ids (vpc.id, instance, eni, routeTables) in its place, the topology cannot be deployed.'
  );
}

/** Nobody could report for a router whose role is not known. */
function routersWithoutRole({ sites }: Pick<Topology, 'sites'>): string | undefined {
  const lacking = sites.flatMap(({ name, routers: { active, standby } }) => {
    const routers = [active, standby].filter(({ instanceRole }) => instanceRole === undefined);
    return routers.length === 2 ? [`site ${name}`] : routers.map((router) => `router ${router.name}`);
  });
  if (lacking.length === 0) return undefined;
  return (
    `${someOf(lacking)}: no instanceRole, so nobody could report. ` +
    `Add the name of the IAM role of the ${lacking.length === 1 && lacking[0]?.startsWith('router') ? 'router’s instance' : 'routers’ instances'} ` +
    '(instanceRole: NAME); until then the topology cannot be deployed.'
  );
}
