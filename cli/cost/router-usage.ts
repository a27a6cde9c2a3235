import type { Site } from '#topology/topology.ts';
import { DETAILED_METRICS, VOLUME_GB } from './assumptions.ts';
import { HOURS, type Usage, used } from './usage.ts';

/** What the pair of routers costs: each public IPv4 address, and the instances that the deployment creates. Pure. */
export function routerUsage({ routers: { active, standby } }: Site): Usage[] {
  const created = [active, standby].flatMap(({ creation }) => creation ?? []);
  const types = Map.groupBy(created, ({ instanceType }) => instanceType);
  return used([
    { what: 'public IPv4 addresses', share: 'routers', quantity: 2 * HOURS, priced: 'publicAddressHour' },
    ...[...types].map(
      ([instanceType, some]): Usage => ({
        what: `instances, ${instanceType}, on demand`,
        share: 'routers',
        quantity: some.length * HOURS,
        priced: { instanceType },
      }),
    ),
    {
      what: 'encrypted gp3 volumes',
      share: 'routers',
      quantity: created.length * VOLUME_GB,
      priced: 'volumeGb',
      assumes: `${VOLUME_GB} GB, the size of the image`,
    },
    {
      what: 'detailed monitoring',
      share: 'routers',
      quantity: created.length * DETAILED_METRICS,
      priced: 'customMetric',
    },
  ]);
}
