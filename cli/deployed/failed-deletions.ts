import type { ListedStack } from '#aws/stacks.ts';
import type { Topology } from '#topology/topology.ts';
import { doomedStacks } from '../destroy/doomed-stacks.ts';
import type { NextCommand } from '../output/next-command.ts';
import type { FormerStack } from './former-stacks.ts';

/** Stacks of a topology that CloudFormation has deleted only in part, whatever their functions still answer. Pure. @param next of the command line */
export function failedDeletions(
  topology: Topology,
  listed: readonly Pick<ListedStack, 'name' | 'region' | 'status'>[],
  next: NextCommand,
): readonly FormerStack[] {
  return doomedStacks(topology, topology.sites)
    .flat()
    .filter(({ name, region }) =>
      listed.some((each) => each.name === name && each.region === region && each.status === 'DELETE_FAILED'),
    )
    .map(({ name, region, site }) => ({ name, region, site, says: failedDeletionText({ name, region, site }, next) }));
}

function failedDeletionText({ name, region, site }: Omit<FormerStack, 'says'>, next: NextCommand): string {
  return (
    `stack ${name} in ${region} is DELETE_FAILED: what is deleted of ${site} is gone, and a failover cannot be relied on; ` +
    `${continueDeletion(site, next)} says what prevents the deletion and continues it`
  );
}

/** The command to type next. */
export function continueDeletion(site: string, next: NextCommand): string {
  return next('destroy', '--site', site);
}
