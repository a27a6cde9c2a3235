import type { Draft } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { partitionOf } from '../partitions.ts';

/**
 * All sites are in one partition: an account belongs to one, and so do the roles and credentials with which routers of one
 * site send witness reports to the API of another.
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
      fault: `${value} is in ${partitionOf(value).title}, and ${first.value} (line ${first.line}) is in ${title}: an account belongs to one partition`,
      hint: 'write one topology for each partition',
    }));
}
