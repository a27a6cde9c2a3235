import type { Topology } from './topology.ts';

/**
 * Why a topology can be written, drawn and rendered, and not yet deployed: some of its sites have a VPC that is still to be
 * created, and nothing here creates one. Undefined: it can be deployed.
 */
export function unbuiltSites({ sites }: Pick<Topology, 'sites'>): string | undefined {
  const names = sites.filter(({ vpc }) => vpc.create).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return (
    `${names.length === 1 ? 'site' : 'sites'} ${names.join(', ')}: vpc has create: true, and nothing creates a VPC yet. ` +
    'Until you have, and write the ids (vpc.id, instance, eni, routeTables) in its place, the topology cannot be deployed.'
  );
}
