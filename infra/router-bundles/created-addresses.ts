import type { Topology } from '#topology/topology.ts';
import type { CreatedIds } from '../created/created-ids.ts';

/** References to the Elastic IPs of all created routers, by router. */
export function createdAddresses({ sites }: Topology, created: CreatedIds): Record<string, string> {
  const routers = sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
  return Object.fromEntries(
    routers
      .filter(({ creation }) => creation !== undefined)
      .map(({ name, publicAddress }) => [name, created.idOf(publicAddress)]),
  );
}
