import { randomUUID } from 'node:crypto';
import type { Functions } from '#emulator/lambda/functions.ts';
import type { Latency } from '#emulator/latency.ts';
import { AwsError, type Clock, type PublishEvent, type PutMetric, type RecordHappening } from '#emulator/service.ts';
import type { Topics } from '#emulator/sns/topics.ts';
import type { Queues } from '#emulator/sqs/queues.ts';
import { keepDeadLetter } from './dead-letters.ts';
import { checkPattern, matches } from './pattern.ts';
import type { Rule, Target } from './rule.ts';
import { targetInput } from './target-input.ts';

/** An event as a publisher gives it; the bus adds id, account, region and time. */
interface NewEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly resources: readonly string[];
}

/** The event buses of all regions, with their rules. */
export interface EventBuses {
  addBus(region: string, name: string): void;
  removeBus(region: string, name: string): void;
  hasBus(region: string, name: string): boolean;
  /**
   * Adds the rule, or replaces the one of its ARN. Throws for a bus that does not exist and for a pattern that EventBridge would refuse.
   */
  putRule(rule: Rule): void;
  removeRule(arn: string): void;
  /** Calls the listener with every rule that is put. */
  onRule(listener: (rule: Rule) => void): void;
  readonly rules: readonly Rule[];
  /** Delivers to the targets of all rules that match. `delivered` never rejects; it waits for first attempts only. */
  put(region: string, bus: string, event: NewEvent): { readonly id: string; readonly delivered: Promise<void> };
  /** For events of AWS services. */
  readonly publish: PublishEvent;
  /** Fires a scheduled rule once; resolves when its targets were attempted. */
  fire(rule: Rule): Promise<void>;
}

export function createEventBuses(edges: {
  readonly accountId: string;
  readonly functions: Functions;
  readonly topics: Topics;
  readonly queues: Queues;
  readonly latency: Latency;
  readonly clock: Clock;
  readonly record: RecordHappening;
  readonly putMetric: PutMetric;
}): EventBuses {
  const buses = new Set<string>();
  const rules: Rule[] = [];
  const listeners: ((rule: Rule) => void)[] = [];
  const hasBus = (region: string, name: string): boolean => name === 'default' || buses.has(`${region}/${name}`);

  const envelope = (region: string, id: string, event: NewEvent): Record<string, unknown> => ({
    version: '0',
    id,
    'detail-type': event.detailType,
    source: event.source,
    account: edges.accountId,
    time: new Date(edges.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: event.resources,
    detail: event.detail,
  });

  /** Why the target did not get it, as a sentence. */
  const deliver = async (
    rule: Rule,
    target: Target,
    event: Readonly<Record<string, unknown>>,
  ): Promise<string | undefined> => {
    const input = targetInput(target, event, rule);
    if (/^arn:[^:]+:sns:/.test(target.arn)) {
      return edges.topics.publishAsService('events.amazonaws.com', {
        topicArn: target.arn,
        message: input,
        sourceArn: rule.arn,
      });
    }
    const fn = edges.functions.find(rule.region, target.arn);
    if (fn === undefined) return `There is no function ${target.arn}.`;
    const refusal = await edges.functions.refusal(fn, 'events.amazonaws.com', rule.arn);
    if (refusal !== undefined) return refusal;
    if (!isJson(input)) return `The input transformer made no JSON: ${input}`;
    await edges.functions.invokeLater(fn, input).attempted;
    return undefined;
  };

  const deliverAll = async (matching: readonly Rule[], event: Readonly<Record<string, unknown>>): Promise<void> => {
    const attempts = matching.flatMap((rule) =>
      rule.targets.map(async (target) => {
        const reason = await deliver(rule, target, event).catch(
          (error: unknown) => `The emulator failed: ${String(error)}`,
        );
        if (reason === undefined) return;
        edges.record({
          kind: 'undelivered',
          at: edges.clock.now(),
          region: rule.region,
          from: rule.arn,
          to: target.arn,
          reason,
        });
        edges.putMetric({
          region: rule.region,
          namespace: 'AWS/Events',
          name: 'FailedInvocations',
          value: 1,
          dimensions: { RuleName: rule.name },
        });
        await keepDeadLetter(rule, target, { event: JSON.stringify(event), reason }, edges);
      }),
    );
    await Promise.all(attempts);
  };

  const deliverLater = async (region: string, ...delivery: Parameters<typeof deliverAll>): Promise<void> => {
    await edges.latency.spend({ service: 'events', operation: 'IngestionToInvocationStart', region });
    await deliverAll(...delivery);
  };

  const put: EventBuses['put'] = (region, bus, event) => {
    const id = randomUUID();
    const whole = envelope(region, id, event);
    const matching = rules.filter(
      (rule) =>
        rule.region === region &&
        rule.bus === bus &&
        rule.isEnabled &&
        rule.pattern !== undefined &&
        matches(rule.pattern, whole),
    );
    const targets = matching.flatMap((rule) => rule.targets.map(({ arn }) => arn));
    edges.record({
      kind: 'event',
      at: edges.clock.now(),
      region,
      source: event.source,
      detailType: event.detailType,
      detail: event.detail,
      targets,
    });
    return { id, delivered: deliverLater(region, matching, whole) };
  };

  return {
    addBus(region, name) {
      if (hasBus(region, name))
        throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      buses.add(`${region}/${name}`);
    },
    removeBus: (region, name) => void buses.delete(`${region}/${name}`),
    hasBus,
    putRule(rule) {
      if (!hasBus(rule.region, rule.bus))
        throw new Error(`The rule ${rule.name} is on the event bus "${rule.bus}", which does not exist.`);
      if (rule.pattern !== undefined) checkPattern(rule.pattern);
      const index = rules.findIndex(({ arn }) => arn === rule.arn);
      if (index === -1) rules.push(rule);
      else rules[index] = rule;
      for (const listener of listeners) listener(rule);
    },
    removeRule(arn) {
      const index = rules.findIndex((rule) => rule.arn === arn);
      if (index !== -1) rules.splice(index, 1);
    },
    onRule: (listener) => void listeners.push(listener),
    rules,
    put,
    publish: ({ region, ...event }) => void put(region, 'default', event),
    async fire(rule) {
      const event: NewEvent = {
        source: 'aws.events',
        detailType: 'Scheduled Event',
        detail: {},
        resources: [rule.arn],
      };
      const { region } = rule;
      const targets = rule.targets.map(({ arn }) => arn);
      edges.record({
        kind: 'event',
        at: edges.clock.now(),
        region,
        source: event.source,
        detailType: event.detailType,
        detail: {},
        targets,
      });
      await deliverAll([rule], envelope(region, randomUUID(), event));
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
