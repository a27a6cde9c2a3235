import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { BOUNDED_DESK } from './bounds.ts';

export interface Subscription {
  /** `email`, `https`, `lambda`, … */
  readonly protocol: string;
  readonly endpoint: string;
  /**
   * SNS sends nothing before the owner of the endpoint has confirmed it, and nothing after somebody, or a scanner of mail, has followed the
   * link in a message that ends it.
   */
  readonly state: 'confirmed' | 'pending' | 'ended';
}

/** The first 100 subscriptions of a topic. @throws the SDK's error */
export async function subscriptionsOf(
  region: string,
  topic: string,
  signal?: AbortSignal,
): Promise<readonly Subscription[]> {
  const { Subscriptions = [] } = await new SNSClient({ ...BOUNDED_DESK, region }).send(
    new ListSubscriptionsByTopicCommand({ TopicArn: topic }),
    signal && { abortSignal: signal },
  );
  return Subscriptions.map(({ Protocol = '', Endpoint = '', SubscriptionArn }) => ({
    protocol: Protocol,
    endpoint: Endpoint,
    state: stateOf(SubscriptionArn),
  }));
}

/**
 * The ARN of one that is not confirmed is a text: `PendingConfirmation`, and `Deleted`, which AWS does not document
 * (https://github.com/ansible/ansible/pull/20086).
 */
function stateOf(arn = ''): Subscription['state'] {
  if (arn.startsWith('arn:')) return 'confirmed';
  return arn === 'PendingConfirmation' ? 'pending' : 'ended';
}
