import { z } from 'zod';
import type { SlackChannel } from '#emulator/chatbot/configurations.ts';
import type { Resource } from '#emulator/template.ts';
import { changed, type ResourceFamily, type ResourceType } from './family.ts';

/** Patterns of https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html */
const schema = z.object({
  ConfigurationName: z.string().regex(/^[A-Za-z0-9-_]{1,128}$/),
  IamRoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/),
  SlackWorkspaceId: z.string().regex(/^[0-9A-Z]{1,255}$/),
  SlackChannelId: z.string().regex(/^[A-Za-z0-9]{1,255}$/),
  SnsTopicArns: z.array(z.string().regex(/^arn:aws:sns:/)).default([]),
});

const slackChannel: ResourceType = {
  identify: (resource) => {
    const arn = `arn:aws:chatbot::${resource.accountId}:chat-configuration/slack-channel/${resource.text('ConfigurationName')}`;
    return { ref: arn, attributes: { Arn: arn } };
  },
  create: (resource, { chat }) => chat.create(channelOf(resource)),
  update: (resource, previous, { chat }) =>
    changed(resource, previous, 'ConfigurationName', 'SlackWorkspaceId') ? 'replace' : chat.update(channelOf(resource)),
  delete: (resource, { chat }) => chat.delete(channelOf(resource).name),
};

export const chatbot: ResourceFamily = { types: { 'AWS::Chatbot::SlackChannelConfiguration': slackChannel } };

function channelOf(resource: Resource): SlackChannel {
  const { ConfigurationName, SlackWorkspaceId, SlackChannelId, SnsTopicArns } = resource.read(schema);
  return { name: ConfigurationName, workspace: SlackWorkspaceId, channel: SlackChannelId, topicArns: SnsTopicArns };
}
