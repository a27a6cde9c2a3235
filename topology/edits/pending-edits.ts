import { type DeployedTopology, deployedTopology } from '../deployed-topology.ts';
import type { Topology } from '../topology.ts';
import type { Edit } from './edit.ts';
import { editsBetween } from './edits-between.ts';

/** An edit, and the sites whose deployment does not have it yet. */
export interface PendingEdit {
  readonly edit: Edit;
  readonly at: readonly string[];
}

/**
 * What the topology file changes, each edit once. After an interrupted deployment some sites have an edit and others do not.
 *
 * @param deployed by site of the file, under its name there; sites that are not deployed have none
 */
export function pendingEdits(file: Topology, deployed: ReadonlyMap<string, DeployedTopology>): readonly PendingEdit[] {
  const pending = new Map<string, { readonly edit: Edit; readonly at: string[] }>();
  for (const site of file.sites) {
    const before = deployed.get(site.name);
    const edits = before === undefined ? [] : editsBetween(before, deployedTopology(file, site));
    for (const edit of edits) {
      const key = JSON.stringify(edit);
      const known = pending.get(key) ?? { edit, at: [] };
      known.at.push(site.name);
      pending.set(key, known);
    }
  }
  return [...pending.values()];
}
