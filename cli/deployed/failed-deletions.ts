import type { ListedStack } from '#aws/stacks.ts';
import type { Topology } from '#topology/topology.ts';
import { doomedStacks } from '../destroy/doomed-stacks.ts';
import type { FormerStack } from './former-stacks.ts';

/** Stacks of a topology that CloudFormation has deleted only in part, whatever their functions still answer. Pure. */
export function failedDeletions(
  topology: Topology,
  listed: readonly Pick<ListedStack, 'name' | 'region' | 'status'>[],
): readonly FormerStack[] {
  return doomedStacks(topology, topology.sites)
    .flat()
    .filter(({ name, region }) =>
      listed.some((each) => each.name === name && each.region === region && each.status === 'DELETE_FAILED'),
    )
    .map(({ name, region, site }) => ({ name, region, site, says: failedDeletionText({ name, region, site }) }));
}

function failedDeletionText({ name, region, site }: Omit<FormerStack, 'says'>): string {
  return (
    `stack ${name} in ${region} is DELETE_FAILED: what is deleted of ${site} is gone, and a failover cannot be relied on; ` +
    `${continueDeletion(site)} says what prevents the deletion and continues it`
  );
}

/** The command to type next. */
export function continueDeletion(site: string): string {
  return `vyos-failover destroy FILE --site ${site}`;
}
