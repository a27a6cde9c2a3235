import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';

export const subscriptionPending: Check = {
  id: 'subscription-pending',
  severity: 'attention',
  check: ({ subscriptions, siteRef: { site } }) =>
    whenRead(subscriptions, (all) =>
      all.flatMap(({ protocol, endpoint, state }) => {
        const who = `${protocol} ${endpoint}`;
        if (state === 'pending') return [{ where: site.name, ...pending(who) }];
        return state === 'ended' ? [{ where: site.name, ...ended(who, site.region) }] : [];
      }),
    ),
};

function pending(who: string) {
  return {
    says: `${who} has not confirmed its subscription and gets no messages`,
    remedy:
      'Open the link in the message from AWS Notifications. It expires after two days; a new subscription sends another one.',
  };
}

/** CloudFormation does not notice it, so a deployment does not subscribe the address again. */
function ended(who: string, region: string) {
  return {
    says: `the subscription of ${who} was ended by the link in a message, which a scanner of mail may have followed: it gets no messages`,
    remedy: `Subscribe it again (aws sns subscribe --region ${region} --topic-arn …: the stack output AlarmTopicArn), and confirm it. SNS lists the ended one for some days more.`,
  };
}
