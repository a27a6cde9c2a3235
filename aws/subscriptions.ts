import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { BOUNDED_DESK } from './bounds.ts';

export interface Subscription {
  /** `email`, `https`, `lambda`, … */
  readonly protocol: string;
  readonly endpoint: string;
  /** SNS sends nothing before the owner of the endpoint has confirmed it. */
  readonly confirmed: boolean;
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
  // https://docs.aws.amazon.com/sns/latest/api/API_Subscription.html: the ARN of one that is pending is this text.
  return Subscriptions.map(({ Protocol = '', Endpoint = '', SubscriptionArn }) => ({
    protocol: Protocol,
    endpoint: Endpoint,
    confirmed: SubscriptionArn !== 'PendingConfirmation',
  }));
}
