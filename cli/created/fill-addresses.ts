import { parseDocument } from 'yaml';
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

/**
 * The text of a topology file with the public addresses of created routers where the file has none: config-push parses the text
 * itself.
 *
 * @param topology as the text has it, with placeholders
 */
export function filledText(text: string, topology: Topology, ids: CreatedIds): string {
  const missing = topology.sites.flatMap((site) =>
    routersOf(site).flatMap(({ name, publicAddress }) => {
      const address = ids.get(createdKey(publicAddress) ?? '');
      return address === undefined ? [] : [{ path: ['sites', site.name, 'routers', name], address }];
    }),
  );
  if (missing.length === 0) return text;
  const document = parseDocument(text, { merge: true, resolveKnownTags: false, stringKeys: true });
  for (const { path, address } of missing) document.setIn([...path, 'publicAddress'], address);
  return document.toString({ lineWidth: 0 });
}
