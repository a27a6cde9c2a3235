import type { DeployedTopology } from '#topology/deployed-topology.ts';
import type { Site, Topology } from '#topology/topology.ts';

/**
 * The deployed model of a site as a topology, from which the configuration of the site's own routers is rendered. The other sites have
 * only what that needs: nothing else may read them.
 */
export function deployedAsTopology({ site, otherSites, ...shared }: DeployedTopology): Topology {
  return { ...shared, sites: [site, ...(otherSites as readonly Site[])] };
}
