import type { Check } from '../check.ts';

export const topologyDiffers: Check = {
  id: 'topology-differs',
  severity: 'attention',
  check: ({ view }) => ({
    found: view.differsFromTopology
      ? [
          {
            where: view.name,
            says: 'the deployed stack differs from the topology file',
            remedy: `Run vyos-failover changes --site ${view.name}: it shows each difference and the step that ends it.`,
          },
        ]
      : [],
  }),
};
