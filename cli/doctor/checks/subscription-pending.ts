import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';

export const subscriptionPending: Check = {
  id: 'subscription-pending',
  severity: 'attention',
  check: ({ subscriptions, siteRef: { site } }) =>
    whenRead(subscriptions, (all) =>
      all
        .filter(({ confirmed }) => !confirmed)
        .map(({ protocol, endpoint }) => ({
          where: site.name,
          says: `${protocol} ${endpoint} has not confirmed its subscription and gets no messages`,
          remedy:
            'Open the link in the message from AWS Notifications. It expires after two days; a new subscription sends another one.',
        })),
    ),
};
