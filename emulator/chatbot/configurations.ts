import { AwsError, type Clock, type RecordHappening } from '#emulator/service.ts';
import type { Message, Topics } from '#emulator/sns/topics.ts';
import { postOf } from './custom-notification.ts';

/** A Slack channel and the topics that are posted into it. */
export interface SlackChannel {
  readonly name: string;
  readonly workspace: string;
  readonly channel: string;
  readonly topicArns: readonly string[];
}

/** The account's configurations of Amazon Q Developer in chat applications, a global service. */
export interface ChatConfigurations {
  /** Throws what the service refuses. */
  create(channel: SlackChannel): void;
  /** Other topics for the channel of that name. */
  update(channel: SlackChannel): void;
  delete(name: string): void;
}

/** It subscribes this endpoint to each topic, and confirms it. */
const ENDPOINT = 'https://global.sns-api.chatbot.amazonaws.com';

export function createChatConfigurations(edges: {
  readonly workspaces: Readonly<Record<string, readonly string[]>>;
  readonly accountId: string;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly record: RecordHappening;
}): ChatConfigurations {
  const { workspaces, accountId, topics } = edges;
  const channels = new Map<string, SlackChannel>();

  const post = (message: Message): void => {
    for (const { channel, topicArns } of channels.values()) {
      if (!topicArns.includes(message.topicArn)) continue;
      const region = message.topicArn.split(':')[3] ?? '';
      const found = postOf(message.message);
      if (found !== undefined) edges.record({ kind: 'chat', at: edges.clock.now(), region, channel, ...found });
      else
        edges.record({
          kind: 'undelivered',
          at: edges.clock.now(),
          region,
          from: message.topicArn,
          to: `Slack channel ${channel}`,
          reason: 'Amazon Q Developer drops a message that is neither of an AWS service nor a custom notification.',
        });
    }
  };
  topics.onDelivery(ENDPOINT, post);

  const subscribe = ({ topicArns }: SlackChannel): void => {
    for (const topicArn of topicArns) {
      if (topics.find(topicArn) === undefined)
        throw invalid(`Invalid request provided: the SNS topic ${topicArn} does not exist.`);
      topics.subscribe({ topicArn, protocol: 'https', endpoint: ENDPOINT });
    }
    if (topics.subscriptions.some(({ endpoint, isConfirmed }) => endpoint === ENDPOINT && !isConfirmed))
      topics.confirm(ENDPOINT);
  };
  const unsubscribe = ({ topicArns }: SlackChannel): void => {
    for (const topicArn of topicArns) topics.unsubscribe({ topicArn, protocol: 'https', endpoint: ENDPOINT });
  };

  return {
    create(channel) {
      const { name, workspace, channel: id } = channel;
      if (channels.has(name))
        throw invalid(
          `Invalid request provided: The chat configuration with the name ${name} already exists. Retry with a unique configuration name.`,
        );
      // An account has one configuration for a channel: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1155
      if ([...channels.values()].some((each) => each.workspace === workspace && each.channel === id))
        throw invalid(
          `Invalid request provided: Slack channel with ID ${id} in Slack team ${workspace} has already been configured for AWS account ${accountId}.`,
        );
      const known = workspaces[workspace];
      // The service's own words for these two are not known.
      if (known === undefined)
        throw invalid(
          `Invalid request provided: Slack team ${workspace} is not authorized with AWS account ${accountId}.`,
        );
      if (!known.includes(id))
        throw invalid(
          `Invalid request provided: Slack channel with ID ${id} does not exist in Slack team ${workspace}.`,
        );
      subscribe(channel);
      channels.set(name, channel);
    },
    update(channel) {
      const before = channels.get(channel.name);
      if (before !== undefined) unsubscribe(before);
      subscribe(channel);
      channels.set(channel.name, channel);
    },
    delete(name) {
      const channel = channels.get(name);
      if (channel !== undefined) unsubscribe(channel);
      channels.delete(name);
    },
  };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}
