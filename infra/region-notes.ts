import { RegionInfo } from 'aws-cdk-lib/region-info';
import { didYouMean } from '#topology/did-you-mean.ts';
import type { Topology } from '#topology/topology.ts';

/** A region that the CDK does not know is new, or written wrongly; nothing else would say so before the deployment. */
export function regionNotes({ sites }: Topology): string[] {
  const known = RegionInfo.regions.map(({ name }) => name);
  return sites
    .filter(({ region }) => !known.includes(region))
    .map(({ name, region }) => {
      const meant = didYouMean(region, known);
      return `site ${name}: ${region} is no region that the CDK here knows${meant === undefined ? '.' : `: ${meant}`}`;
    });
}
