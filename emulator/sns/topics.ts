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

export interface Subscription {
  readonly topicArn: string;
  /** `email`, `https`, `lambda`, … */
  readonly protocol: string;
  readonly endpoint: string;
}

/**
 * SNS topics of all regions. A published message is a `notification` in the timeline, and a `delivery` for each confirmed subscription;
 * no mail is sent.
 */
export interface Topics {
  /** Adds the topic, or replaces the one of its ARN. */
  put(topic: Topic): void;
  /** Its policy and its subscriptions go with it. */
  remove(arn: string): void;
  find(arn: string): Topic | undefined;
  /** Replaces the policy of the topic; undefined: by the default policy. */
  setPolicy(topicArn: string, policy: PolicyDocument | undefined): void;
  /**
   * Returns the subscription that exists already, confirmed or not, if there is one
   * (https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html). Email and HTTP endpoints must confirm before they get messages.
   */
  subscribe(subscription: Subscription): void;
  unsubscribe(subscription: Subscription): void;
  /** The owner of the endpoint confirms its subscriptions. Throws if it has none that is pending. */
  confirm(endpoint: string): void;
  /**
   * The link in each e-mail, which also a scanner of mail may follow. SNS lists what was ended with `Deleted` in place of its ARN for some
   * days (https://github.com/ansible/ansible/pull/20086). Throws if the endpoint has no confirmed subscription.
   */
  end(endpoint: string): void;
  readonly subscriptions: readonly (Subscription & { readonly isConfirmed: boolean; readonly isEnded?: boolean })[];
  /** Calls the listener with every message of a topic that the endpoint has confirmed to get. */
  onDelivery(endpoint: string, listener: (message: Message) => void): void;
  publish(message: Message): void;
  /** Publishes if the topic's policy lets the service; otherwise returns the reason, as a sentence. */
  publishAsService(service: string, message: Message & { readonly sourceArn: string }): Promise<string | undefined>;
}

/**
 * "You can't use of Condition blocks in Amazon SNS topic policies for EventBridge": a statement with one lets no rule publish
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html).
 */
const WITHOUT_CONTEXT = 'events.amazonaws.com';

/** https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html */
const CONFIRMED_BY_HAND: ReadonlySet<string> = new Set(['email', 'email-json', 'http', 'https']);

export function createTopics(edges: {
  readonly accountId: string;
  readonly iam: Iam;
  readonly clock: Clock;
  readonly record: RecordHappening;
}): Topics {
  const topics = new Map<string, Topic>();
  const policies = new Map<string, PolicyDocument>();
  let subscriptions: (Subscription & { isConfirmed: boolean; isEnded?: boolean })[] = [];
  const listeners = new Map<string, (message: Message) => void>();
  const isSame = (one: Subscription, other: Subscription): boolean =>
    one.topicArn === other.topicArn && one.protocol === other.protocol && one.endpoint === other.endpoint;

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
    for (const { protocol, endpoint } of subscriptions.filter(
      (each) => each.topicArn === topicArn && each.isConfirmed,
    )) {
      const { region, name } = topic;
      edges.record({
        kind: 'delivery',
        at: edges.clock.now(),
        region,
        topic: name,
        protocol,
        endpoint,
        subject,
        message,
      });
      listeners.get(endpoint)?.({ topicArn, message, ...(subject !== undefined && { subject }) });
    }
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
    subscribe(subscription) {
      if (subscriptions.some((each) => isSame(each, subscription) && each.isEnded !== true)) return;
      subscriptions.push({ ...subscription, isConfirmed: !CONFIRMED_BY_HAND.has(subscription.protocol) });
    },
    unsubscribe(subscription) {
      subscriptions = subscriptions.filter((each) => !isSame(each, subscription));
    },
    confirm(endpoint) {
      const pending = subscriptions.filter(
        (each) => each.endpoint === endpoint && !each.isConfirmed && each.isEnded !== true,
      );
      if (pending.length === 0) throw new Error(`No subscription of ${endpoint} is pending.`);
      for (const each of pending) each.isConfirmed = true;
    },
    end(endpoint) {
      const confirmed = subscriptions.filter((each) => each.endpoint === endpoint && each.isConfirmed);
      if (confirmed.length === 0) throw new Error(`No subscription of ${endpoint} is confirmed.`);
      for (const each of confirmed) Object.assign(each, { isConfirmed: false, isEnded: true });
    },
    onDelivery: (endpoint, listener) => void listeners.set(endpoint, listener),
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
