import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';

export const subscriptionMissing: Check = {
  id: 'subscription-missing',
  severity: 'attention',
  check: ({ subscriptions, siteRef: { site } }) =>
    whenRead(subscriptions, (all) =>
      all.some(({ state }) => state !== 'ended') || site.notify.slack !== undefined
        ? []
        : [
            {
              where: site.name,
              says: 'the topic of its messages has no subscription: a failover notifies nobody',
              remedy:
                'Write an address under notify in the topology and deploy, or subscribe to the stack output AlarmTopicArn (docs/notifications.md).',
            },
          ],
    ),
};
