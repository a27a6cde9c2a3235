import type { Draft } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { partitionOf } from '../partitions.ts';

/**
 * All sites are in one partition: an account is, and so are the roles and credentials with which the routers of one site
 * testify at another's API.
 */
export function checkPartitions({ sites = [] }: Draft): Fault[] {
  const regions = sites.flatMap(({ region }) => region ?? []);
  const [first] = regions;
  if (first === undefined) return [];
  const { name, title } = partitionOf(first.value);
  return regions
    .filter(({ value }) => partitionOf(value).name !== name)
    .map(({ value, path }) => ({
      kind: 'contradiction',
      path,
      fault: `${value} is in ${partitionOf(value).title}, and ${first.value} (line ${first.line}) is in ${title}: one account cannot have both`,
      hint: 'put the sites of each partition into a topology of their own',
    }));
}
