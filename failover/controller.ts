import type { ManagedSite } from './site.ts';

/**
 * Tag of a managed route table: the stack that moves its routes. Two controllers of the same routes would overrule each other, and each
 * other's pauses.
 */
export const CONTROLLER_TAG = 'vyos-failover-controller';

/** The value of that tag for a site: the name of its stack, in which topologies' and sites' names cannot run together. */
export function controllerOf({ topology, name }: Pick<ManagedSite, 'topology' | 'name'>): string {
  return `vyos-failover-${topology}--${name}`;
}

/** What an operator does about a table that another stack has marked. */
export function otherControllerAdvice(controller: string, table: string, region: string): string {
  return (
    `only one stack may move its routes: delete ${controller} with the topology file of its deployment (vyos-failover destroy FILE), or, ` +
    `if that stack no longer exists, remove its tag: aws ec2 delete-tags --region ${region} --resources ${table} --tags Key=${CONTROLLER_TAG},Value=${controller}`
  );
}
