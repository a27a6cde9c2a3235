import { randomUUID } from 'node:crypto';
import { escapeXml, queryAnswer } from '#emulator/query-xml.ts';
import { AwsError, type HttpResponse } from '#emulator/service.ts';
import type { Topics } from './topics.ts';

export const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/**
 * One that is not confirmed has a text in place of its ARN: https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export function listSubscriptions(topicArn: string, topics: Topics): HttpResponse {
  if (topics.find(topicArn) === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
  const owner = topicArn.split(':')[4] ?? '';
  const members = topics.subscriptions
    .filter((each) => each.topicArn === topicArn)
    .map(({ protocol, endpoint, isConfirmed, isEnded }) => {
      const text = isEnded === true ? 'Deleted' : 'PendingConfirmation';
      const arn = isConfirmed ? `${topicArn}:${randomUUID()}` : text;
      const fields = { SubscriptionArn: arn, Owner: owner, Protocol: protocol, Endpoint: endpoint, TopicArn: topicArn };
      const xml = Object.entries(fields).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
      return `<member>${xml.join('')}</member>`;
    });
  return queryAnswer('ListSubscriptionsByTopic', NAMESPACE, `<Subscriptions>${members.join('')}</Subscriptions>`);
}
