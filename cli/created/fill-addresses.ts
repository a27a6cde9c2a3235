import { createdKey, fillCreatedIds } from '#topology/created-ids.ts';
import type { Topology } from '#topology/topology.ts';
import { routersOf } from '../require-name.ts';
import type { CreatedIds } from './read-created-ids.ts';

/** The topology with the known ids in place of the placeholders. */
export function filledTopology(topology: Topology, ids: CreatedIds): Topology {
  return fillCreatedIds(topology, (key) => ids.get(key));
}

/** Routers whose public address is not known. */
export function routersWithoutAddress(topology: Topology): string[] {
  return topology.sites
    .flatMap(routersOf)
    .filter(({ publicAddress }) => createdKey(publicAddress) !== undefined)
    .map(({ name }) => name);
}
