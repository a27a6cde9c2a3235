import { type DeployedTopology, deployedTopology } from '#topology/deployed-topology.ts';
import { matchesOf, type RouterMatch } from '#topology/edits/matches.ts';
import type { Site, Topology } from '#topology/topology.ts';

/**
 * The routers of a site, as deployed and as in the file. Empty if the deployed model is of a site that the file has under a name that
 * is deployed as well: of another site a model has too little.
 */
export function routerMatches(model: DeployedTopology, topology: Topology, site: Site): readonly RouterMatch[] {
  const { sites } = matchesOf(model, deployedTopology(topology, site));
  return sites.find(({ before, after }) => before.name === model.site.name && after.name === site.name)?.routers ?? [];
}
