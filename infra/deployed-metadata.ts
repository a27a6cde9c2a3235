import { createHash } from 'node:crypto';
import type { Stack } from 'aws-cdk-lib';
import { DEPLOYED_METADATA, DEPLOYED_SCHEMA, type DeployedModel } from '#contracts/deployed-model.ts';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { deployedTopology } from '#topology/deployed-topology.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { namesOf } from './names.ts';

/**
 * The `Metadata` of a site's template: the deployed model. CloudFormation updates it only together with a resource
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/metadata-section-structure.html): `modelDigest` is a property of one.
 *
 * @param key a stack with several sites has a key for each
 */
export function deployedMetadata(
  topology: Topology,
  site: Site,
  key: string = DEPLOYED_METADATA,
): Record<string, DeployedModel> {
  return {
    [key]: {
      schema: DEPLOYED_SCHEMA,
      version: PRODUCT_VERSION,
      topology: deployedTopology(topology, site),
    },
  };
}

/** Another one for each edit that concerns the site, also for one that changes neither a function nor a bundle, and for each version. */
export function modelDigest(topology: Topology, site: Site): string {
  const model = deployedMetadata(topology, site);
  return createHash('sha256').update(JSON.stringify(model)).digest('hex').slice(0, 16);
}

/** Output of a router's stack: the digest of the deployed model that it was made from. */
export const MODEL_OUTPUT = 'DeployedModel';

/** Adds the deployed model to a stack. In a stack with another name, the key is the name that the site's own stack would have. */
export function addDeployedMetadata({ stackName, templateOptions }: Stack, topology: Topology, site: Site): void {
  const { stack } = namesOf(topology, site);
  const model = deployedMetadata(topology, site, stackName === stack ? DEPLOYED_METADATA : stack);
  templateOptions.metadata = { ...templateOptions.metadata, ...model };
}
