import { DEPLOYED_METADATA, DEPLOYED_SCHEMA, type DeployedModel } from '#contracts/deployed-model.ts';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { deployedTopology } from '#topology/deployed-topology.ts';
import type { Site, Topology } from '#topology/topology.ts';

/**
 * The `Metadata` of a site's template: the deployed model. CloudFormation updates it only together with a resource
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html); every edit that concerns the site
 * changes the code of a function, or a bundle.
 */
export function deployedMetadata(topology: Topology, site: Site): Record<string, DeployedModel> {
  return {
    [DEPLOYED_METADATA]: {
      schema: DEPLOYED_SCHEMA,
      version: PRODUCT_VERSION,
      topology: deployedTopology(topology, site),
    },
  };
}
