import type { Iam } from '#emulator/iam.ts';
import type { PolicyDocument } from '#emulator/managed-policies.ts';
import type { Clock, RecordHappening } from '#emulator/service.ts';

export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  /** Alias, id or ARN of the key that encrypts messages. */
  readonly kmsKey: string | undefined;
}

export interface Message {
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
}

/** SNS topics of all regions. A published message is a `notification` in the timeline; no mail is sent. */
export interface Topics {
  /** Adds the topic, or replaces the one of its ARN. */
  put(topic: Topic): void;
  /** Its policy and its subscriptions go with it. */
  remove(arn: string): void;
  find(arn: string): Topic | undefined;
  /** Replaces the policy of the topic; undefined: by the default policy. */
  setPolicy(topicArn: string, policy: PolicyDocument | undefined): void;
  subscribe(topicArn: string, subscription: { readonly protocol: string; readonly endpoint: string }): void;
  unsubscribe(topicArn: string, subscription: { readonly protocol: string; readonly endpoint: string }): void;
  readonly subscriptions: readonly {
    readonly topicArn: string;
    readonly protocol: string;
    readonly endpoint: string;
  }[];
  publish(message: Message): void;
  /** Publishes if the topic's policy lets the service; otherwise returns the reason, as a sentence. */
  publishAsService(service: string, message: Message & { readonly sourceArn: string }): Promise<string | undefined>;
}

/**
 * "You can't use of Condition blocks in Amazon SNS topic policies for EventBridge": a statement with one lets no rule publish
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html).
 */
const WITHOUT_CONTEXT = 'events.amazonaws.com';

export function createTopics(edges: {
  readonly accountId: string;
  readonly iam: Iam;
  readonly clock: Clock;
  readonly record: RecordHappening;
}): Topics {
  const topics = new Map<string, Topic>();
  const policies = new Map<string, PolicyDocument>();
  let subscriptions: { readonly topicArn: string; readonly protocol: string; readonly endpoint: string }[] = [];

  const publish = ({ topicArn, subject, message }: Message): void => {
    const topic = topics.get(topicArn);
    if (topic === undefined) throw new Error(`There is no topic ${topicArn}.`);
    edges.record({
      kind: 'notification',
      at: edges.clock.now(),
      region: topic.region,
      topic: topic.name,
      subject,
      message,
    });
  };

  const refusal = async (
    service: string,
    { topicArn, sourceArn }: { readonly topicArn: string; readonly sourceArn: string },
  ): Promise<string | undefined> => {
    const topic = topics.get(topicArn);
    if (topic === undefined) return `There is no topic ${topicArn}.`;
    // Its key policy cannot be changed and lets no service in: https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    if (topic.kmsKey?.endsWith('alias/aws/sns') === true) {
      return `${service} cannot use the key alias/aws/sns, which encrypts ${topicArn}: it needs a customer managed key.`;
    }
    const policy = policies.get(topicArn);
    // The default policy lets the account's own alarms publish, and EventBridge not.
    if (policy === undefined && service === 'cloudwatch.amazonaws.com') return undefined;
    const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': edges.accountId };
    const call = { action: 'sns:Publish', resource: topicArn, ...(service !== WITHOUT_CONTEXT && { context }) };
    return edges.iam.serviceRefusal(service, call, policy);
  };

  return {
    put: (topic) => void topics.set(topic.arn, topic),
    remove(arn) {
      topics.delete(arn);
      policies.delete(arn);
      subscriptions = subscriptions.filter(({ topicArn }) => topicArn !== arn);
    },
    find: (arn) => topics.get(arn),
    setPolicy: (topicArn, policy) =>
      void (policy === undefined ? policies.delete(topicArn) : policies.set(topicArn, policy)),
    subscribe: (topicArn, subscription) => void subscriptions.push({ topicArn, ...subscription }),
    unsubscribe(arn, { protocol, endpoint }) {
      subscriptions = subscriptions.filter(
        (each) => each.topicArn !== arn || each.protocol !== protocol || each.endpoint !== endpoint,
      );
    },
    get subscriptions() {
      return subscriptions;
    },
    publish,
    async publishAsService(service, message) {
      const reason = await refusal(service, message);
      if (reason === undefined) publish(message);
      return reason;
    },
  };
}
