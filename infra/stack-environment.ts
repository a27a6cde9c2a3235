import type { Environment } from 'aws-cdk-lib';
import type { Site } from '#topology/topology.ts';

/** Where a site's stacks are deployed: its Region, in the account of the credentials that CDK found, if it found any. */
export function stackEnvironment({ region }: Pick<Site, 'region'>): Environment {
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  return { region, ...(account && { account }) };
}
