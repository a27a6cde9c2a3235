import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

export const instanceNotRunning: Check = {
  id: 'instance-not-running',
  severity: 'degraded',
  check: (facts) =>
    onEachRouter(facts, ({ router, facts: { instance, attachedTo } }) =>
      instance === 'running' || instance === 'unknown'
        ? []
        : [
            {
              where: router.name,
              says: `its instance is ${instance}`,
              remedy: `Start it: aws ec2 start-instances --region ${facts.view.region} --instance-ids ${attachedTo ?? router.instance ?? 'i-…'}. If it is terminated, attach ${router.eni} to its replacement.`,
            },
          ],
    ),
};
