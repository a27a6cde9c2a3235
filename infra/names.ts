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
  const stack = nameWithin(`vyos-failover-${topology.name}`, site.name);
  const names = {
    stack,
    routeSwap: nameWithin(stack, 'route-swap'),
    healthProbe: nameWithin(stack, 'health-probe'),
    configPush: nameWithin(stack, 'config-push'),
    probeDocument: nameWithin(stack, 'probe'),
    showConfigDocument: nameWithin(stack, 'show-config'),
    listNeighborsDocument: nameWithin(stack, 'list-neighbors'),
    applyConfigDocument: nameWithin(stack, 'apply-config'),
  };
  const functions = [names.routeSwap, names.healthProbe, names.configPush];
  const tooLong = functions.find((name) => name.length > LONGEST_FUNCTION_NAME);
  if (tooLong === undefined) return names;
  throw new RangeError(
    `"${tooLong}" has ${tooLong.length} characters, Lambda takes ${LONGEST_FUNCTION_NAME}: shorten the topology's or the site's name.`,
  );
}

/** The name of something of a stack, such as an alarm: `…--not-ready`, `…--status-check--tokyo-1`. */
export function nameWithin(stack: string, ...parts: readonly string[]): string {
  return [stack, ...parts].join('--');
}
