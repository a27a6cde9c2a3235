import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

/** A router is its interface: with a wrong id the probe asks the wrong instance, and permissions name it. */
export const instanceId: Check = {
  id: 'instance-id',
  severity: 'degraded',
  check: (facts) =>
    onEachRouter(facts, ({ router: { name, instance, eni }, facts: { attachedTo } }) =>
      instance === undefined || attachedTo === undefined || attachedTo === instance
        ? []
        : [
            {
              where: name,
              says: `it is ${instance} in the topology, and its interface ${eni} is attached to ${attachedTo}`,
              remedy: `Write instance: ${attachedTo} in the topology and deploy.`,
            },
          ],
    ),
};
