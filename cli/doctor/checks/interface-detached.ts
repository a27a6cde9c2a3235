import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

export const interfaceDetached: Check = {
  id: 'interface-detached',
  severity: 'degraded',
  check: (facts) =>
    onEachRouter(facts, ({ router, facts: { interface: state, attachedTo } }) =>
      state === 'attached' || state === 'unknown'
        ? []
        : [
            {
              where: router.name,
              says: `its interface ${router.eni} is ${state === 'elsewhere' ? `attached to ${attachedTo ?? 'another instance'}` : state}`,
              remedy:
                state === 'missing'
                  ? 'Correct the id in the topology, or create an interface with this router’s address, and deploy.'
                  : `Attach ${router.eni} to ${router.instance ?? 'the instance of the router'}.`,
            },
          ],
    ),
};
