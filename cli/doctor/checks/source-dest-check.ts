import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

export const sourceDestCheck: Check = {
  id: 'source-dest-check',
  severity: 'degraded',
  check: (facts) =>
    onEachRouter(facts, ({ router, facts: { sourceDestCheck: isOn } }) =>
      isOn === true
        ? [
            {
              where: router.name,
              says: `the source/dest check of ${router.eni} is on: EC2 drops what the router forwards`,
              remedy: `Run aws ec2 modify-network-interface-attribute --region ${facts.view.region} --network-interface-id ${router.eni} --no-source-dest-check`,
            },
          ]
        : [],
    ),
};
