import { controllerOf } from '#failover/controller.ts';
import type { Site, Topology } from '#topology/topology.ts';

/** Lambda's limit for a function's name, the lowest limit of all names here. */
const LONGEST_FUNCTION_NAME = 64;

/**
 * Names that operators and the CLI can derive from the topology. Their parts are joined by two hyphens, which no part contains
 * or begins or ends with, so no two sites of any two topologies share a name.
 *
 * @throws RangeError if a name is longer than AWS accepts
 */
export function namesOf(topology: Pick<Topology, 'name'>, site: Pick<Site, 'name'>) {
  const stack = controllerOf({ topology: topology.name, name: site.name });
  const names = {
    stack,
    addressesStack: nameWithin(stack, 'addresses'),
    events: nameWithin(stack, 'events'),
    operators: nameWithin(stack, 'operators'),
    routeSwap: nameWithin(stack, 'route-swap'),
    healthProbe: nameWithin(stack, 'health-probe'),
    configPush: nameWithin(stack, 'config-push'),
    createRoutes: nameWithin(stack, 'routes'),
    markTables: nameWithin(stack, 'mark'),
    notify: nameWithin(stack, 'notify'),
    chatTopic: nameWithin(stack, 'chat'),
    deadLetters: nameWithin(stack, 'dead-letters'),
    probeDocument: nameWithin(stack, 'probe'),
    examineDocument: nameWithin(stack, 'examine'),
    showConfigDocument: nameWithin(stack, 'show-config'),
    measureDocument: nameWithin(stack, 'measure'),
    listNeighborsDocument: nameWithin(stack, 'list-neighbors'),
    applyConfigDocument: nameWithin(stack, 'apply-config'),
    installBundleDocument: nameWithin(stack, 'install-bundle'),
  };
  const functions = [names.routeSwap, names.healthProbe, names.configPush];
  const tooLong = functions.find((name) => name.length > LONGEST_FUNCTION_NAME);
  if (tooLong === undefined) return names;
  throw new RangeError(
    `"${tooLong}" has ${tooLong.length} characters, Lambda takes ${LONGEST_FUNCTION_NAME}: shorten the topology's or the site's name.`,
  );
}

/** The stack of a created router: its instance, which is replaced at will. */
export function routerStackName(topology: Pick<Topology, 'name'>, site: Pick<Site, 'name'>, router: string): string {
  return nameWithin(namesOf(topology, site).stack, 'router', router);
}

/** The id of a site's table in its stack: another one would replace the table and lose the history. */
export const TABLE_ID = 'Memory';

/** What the name of the table of a site's stack begins with: CloudFormation makes it of the stack's name and the id. */
export function tablePrefix(stack: string): string {
  return `${stack}-${TABLE_ID}`;
}

/** `tokyo-1` → `Tokyo1`, which the name of an output and of a logical id may contain. */
export function outputName(router: string): string {
  return router.replaceAll(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

/** The tags of all resources of a site: `vyos-failover-router` names the router where there is one. */
export function siteTags(topology: Pick<Topology, 'name'>, site: Pick<Site, 'name'>): Record<string, string> {
  return { 'vyos-failover': topology.name, 'vyos-failover-site': site.name };
}

/** The name of something of a stack, such as an alarm: `…--not-ready`, `…--status-check--tokyo-1`. */
export function nameWithin(stack: string, ...parts: readonly string[]): string {
  return [stack, ...parts].join('--');
}
