import type { Check } from '../check.ts';

export const topologyDiffers: Check = {
  id: 'topology-differs',
  severity: 'attention',
  check: ({ view, next }) => ({
    found: view.differsFromTopology
      ? [
          {
            where: view.name,
            says: 'the deployed stack differs from the topology file',
            remedy: `Run ${next('changes', '--site', view.name)}: it shows each difference and the step that ends it.`,
          },
        ]
      : [],
  }),
};
