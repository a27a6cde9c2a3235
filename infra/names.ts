import type { Site, Topology } from '#topology/topology.ts';

/** Lambda's limit for a function's name; ours are the longest names that a stack makes. */
const LONGEST_FUNCTION_NAME = 64;

/**
 * Names that a person or the CLI can work out from the topology, with nothing to look up.
 *
 * @throws RangeError if they get longer than AWS takes
 */
export function namesOf(topology: Pick<Topology, 'name'>, site: Pick<Site, 'name'>) {
  const stack = `vyos-failover-${topology.name}-${site.name}`;
  const names = {
    stack,
    routeSwap: `${stack}-route-swap`,
    healthProbe: `${stack}-health-probe`,
    configPush: `${stack}-config-push`,
    probeDocument: `${stack}-probe`,
    showConfigDocument: `${stack}-show-config`,
    applyConfigDocument: `${stack}-apply-config`,
  };
  const tooLong = Object.values(names).find((name) => name.length > LONGEST_FUNCTION_NAME);
  if (tooLong === undefined) return names;
  throw new RangeError(
    `"${tooLong}" has ${tooLong.length} characters, Lambda takes ${LONGEST_FUNCTION_NAME}: shorten the topology's or the site's name.`,
  );
}
