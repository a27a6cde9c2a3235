import { createHash, randomUUID } from 'node:crypto';
import type { Iam } from '#emulator/iam.ts';
import type { PolicyDocument } from '#emulator/managed-policies.ts';
import type { Caller, Clock, PutMetric } from '#emulator/service.ts';

export interface Queue {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly url: string;
  /** How long a message that was received stays invisible. Default of SQS: 30 s. */
  readonly visibilityMs: number;
  readonly retentionMs: number;
}

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** Message attributes, all strings. */
  readonly attributes: Readonly<Record<string, string>>;
  /** ms since the epoch. */
  readonly sentAt: number;
  readonly visibleFrom: number;
  readonly received: number;
  /** Of the last receipt. */
  readonly receipt: string | undefined;
}

/** Standard SQS queues of all regions. */
export interface Queues {
  /** Adds the queue, or replaces the one of its ARN, whose messages stay. */
  put(queue: Queue): void;
  remove(arn: string): void;
  /** By ARN or URL. */
  find(arnOrUrl: string): Queue | undefined;
  named(region: string, name: string): Queue | undefined;
  setPolicy(arn: string, policy: PolicyDocument | undefined): void;
  /** All that are in the queue, visible or not, oldest first. */
  messages(arn: string): readonly QueueMessage[];
  send(arn: string, body: string, attributes?: Readonly<Record<string, string>>): QueueMessage;
  /** Makes at most `most` visible messages invisible for a while and returns them. */
  receive(arn: string, most: number, visibilityMs?: number): readonly QueueMessage[];
  delete(arn: string, receipt: string): void;
  purge(arn: string): void;
  /** Sends if the caller's policies let it; otherwise returns the reason, as a sentence. */
  sendAs(caller: Caller, arn: string, body: string): Promise<string | undefined>;
  /** Sends if the queue's policy lets the service; otherwise returns the reason, as a sentence. */
  sendAsService(
    service: string,
    arn: string,
    message: {
      readonly body: string;
      readonly attributes: Readonly<Record<string, string>>;
      readonly sourceArn: string;
    },
  ): Promise<string | undefined>;
  /** Puts the metrics that SQS puts every minute. */
  measure(putMetric: PutMetric): void;
}

export function createQueues(edges: { readonly accountId: string; readonly iam: Iam; readonly clock: Clock }): Queues {
  const queues = new Map<string, Queue>();
  const policies = new Map<string, PolicyDocument>();
  const contents = new Map<string, QueueMessage[]>();
  const now = (): number => edges.clock.now();

  const messages = (arn: string): readonly QueueMessage[] => {
    const retentionMs = queues.get(arn)?.retentionMs ?? 0;
    const kept = (contents.get(arn) ?? []).filter(({ sentAt }) => now() - sentAt < retentionMs);
    contents.set(arn, kept);
    return kept;
  };
  const change = (arn: string, to: (all: readonly QueueMessage[]) => readonly QueueMessage[]): void =>
    void contents.set(arn, [...to(messages(arn))]);
  const send: Queues['send'] = (arn, body, attributes = {}) => {
    if (!queues.has(arn)) throw new Error(`There is no queue ${arn}.`);
    const at = now();
    const message = {
      id: randomUUID(),
      body,
      attributes,
      sentAt: at,
      visibleFrom: at,
      received: 0,
      receipt: undefined,
    };
    change(arn, (all) => [...all, message]);
    return message;
  };

  return {
    put: (queue) => void queues.set(queue.arn, queue),
    remove(arn) {
      for (const each of [queues, policies, contents]) each.delete(arn);
    },
    find: (arnOrUrl) => queues.get(arnOrUrl) ?? [...queues.values()].find(({ url }) => url === arnOrUrl),
    named: (region, name) => [...queues.values()].find((queue) => queue.region === region && queue.name === name),
    setPolicy: (arn, policy) => void (policy === undefined ? policies.delete(arn) : policies.set(arn, policy)),
    messages,
    send,
    receive(arn, most, visibilityMs = queues.get(arn)?.visibilityMs ?? 0) {
      const taken = messages(arn)
        .filter(({ visibleFrom }) => visibleFrom <= now())
        .slice(0, most)
        .map((message) => ({
          ...message,
          visibleFrom: now() + visibilityMs,
          received: message.received + 1,
          receipt: randomUUID(),
        }));
      change(arn, (all) => all.map((message) => taken.find(({ id }) => id === message.id) ?? message));
      return taken;
    },
    delete: (arn, receipt) => change(arn, (all) => all.filter((message) => message.receipt !== receipt)),
    purge: (arn) => change(arn, () => []),
    async sendAs(caller, arn, body) {
      if (!queues.has(arn)) return `There is no queue ${arn}.`;
      const refusal = await edges.iam.refusal(caller, { action: 'sqs:SendMessage', resource: arn });
      if (refusal === undefined) send(arn, body);
      return refusal;
    },
    async sendAsService(service, arn, { body, attributes, sourceArn }) {
      if (!queues.has(arn)) return `There is no queue ${arn}.`;
      const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': edges.accountId };
      const question = { action: 'sqs:SendMessage', resource: arn, context };
      const refusal = await edges.iam.serviceRefusal(service, question, policies.get(arn));
      if (refusal === undefined) send(arn, body, attributes);
      return refusal;
    },
    measure(putMetric) {
      for (const { arn, name, region } of queues.values()) {
        const visible = messages(arn).filter(({ visibleFrom }) => visibleFrom <= now()).length;
        const values = {
          ApproximateNumberOfMessagesVisible: visible,
          ApproximateNumberOfMessagesNotVisible: messages(arn).length - visible,
        };
        for (const [metric, value] of Object.entries(values))
          putMetric({ region, namespace: 'AWS/SQS', name: metric, value, dimensions: { QueueName: name } });
      }
    },
  };
}

/** SDKs compare it with what they compute themselves. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
