import type { DeployedTopology } from '#topology/deployed-topology.ts';
import type { PendingEdit } from '#topology/edits/pending-edits.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { Deployed } from '../../deployed/read-deployed.ts';
import type { ChangesFile } from '../changes-file.ts';
import { editsAt } from '../plan/edits-at.ts';
import type { FormerSite } from '../situation.ts';

/** What is known of a site before it and its routers are asked. */
export interface SiteFacts {
  readonly file: ChangesFile;
  /** With the ids of what is deployed. */
  readonly topology: Topology;
  /** With placeholders, as the deployed model has them. */
  readonly described: Topology;
  readonly site: Site;
  readonly deployed: Deployed;
  /** What it is compared with; undefined: it was never deployed. */
  readonly model: DeployedTopology | undefined;
  readonly former: FormerSite | undefined;
  readonly edits: readonly PendingEdit[];
}

/** Whether a router of the site gets another interface or instance: only then EC2 is asked what is attached. */
export function isReplaced({ site, edits }: SiteFacts, router: string): boolean {
  return editsAt(site.name, edits, ['interface-replaced', 'instance-replaced']).some((edit) => edit.router === router);
}
