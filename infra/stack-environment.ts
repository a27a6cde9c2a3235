import type { Environment } from 'aws-cdk-lib';
import type { Site, Topology } from '#topology/topology.ts';

/**
 * Where a site's stacks are deployed: its Region, in the topology's account. With credentials of another account `cdk deploy` refuses.
 * Without one in the topology: in the account of the credentials that CDK found, if it found any.
 */
export function stackEnvironment(
  { account: described }: Pick<Topology, 'account'>,
  { region }: Pick<Site, 'region'>,
): Environment {
  const account = described ?? process.env.CDK_DEFAULT_ACCOUNT;
  return { region, ...(account && { account }) };
}
