import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

/** What EC2 does not answer is unknown, and an unknown router is not fit. */
export const ec2Unreadable: Check = {
  id: 'ec2-unreadable',
  severity: 'degraded',
  check: (facts) =>
    onEachRouter(facts, ({ router, facts: { instance, interface: eni, sourceDestCheck } }) =>
      [instance, eni, sourceDestCheck].includes('unknown')
        ? [
            {
              where: router.name,
              says: 'route-swap cannot read the state of its instance or of its interface from EC2',
              remedy: `Check that ${router.instance ?? 'its instance'} and ${router.eni} are ids of this account and Region, and redeploy if the role of route-swap was changed.`,
            },
          ]
        : [],
    ),
};
