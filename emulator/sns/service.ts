import { randomUUID } from 'node:crypto';
import { queryAnswer, queryError } from '#emulator/query-xml.ts';
import { AwsError, type Service } from '#emulator/service.ts';
import { listSubscriptions, NAMESPACE } from './list-subscriptions.ts';
import type { Topics } from './topics.ts';

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MESSAGE_LIMIT_BYTES = 256 * 1024;
/**
 * The API reference: "Subjects must be UTF-8 text with no line breaks or control characters, and less than 100 characters long."
 * The references of the SDKs: "must be ASCII text that begins with a letter, number, or punctuation mark". What both accept is accepted.
 */
const SUBJECT = /^[!-~][ -~]{0,98}$/;

const ACTIONS: ReadonlySet<string> = new Set(['Publish', 'ListSubscriptionsByTopic']);

/** SNS's API, as far as functions and operators call it: Publish, and ListSubscriptionsByTopic in one page. */
export function createSnsService(topics: Topics): Service {
  return {
    signingName: 'sns',
    deniedCode: 'AuthorizationError',
    throttledCode: 'Throttled',
    parse({ body }) {
      const input = Object.fromEntries(new URLSearchParams(body.toString()));
      const action = input['Action'] ?? '';
      if (!ACTIONS.has(action)) throw new AwsError('InvalidAction', `${action} is not emulated.`);
      const arn = input['TopicArn'] ?? '';
      if (arn === '') throw new AwsError('InvalidParameter', 'Invalid parameter: TopicArn');
      return { action: `sns:${action}`, resources: [{ arn }], input };
    },
    async run({ input }) {
      if (input['Action'] === 'ListSubscriptionsByTopic') return listSubscriptions(String(input['TopicArn']), topics);
      const { TopicArn, Subject, Message } = input as Record<string, string | undefined>;
      if (TopicArn === undefined || topics.find(TopicArn) === undefined)
        throw new AwsError('NotFound', 'Topic does not exist', 404);
      if (!Message || Buffer.byteLength(Message) > MESSAGE_LIMIT_BYTES)
        throw new AwsError('InvalidParameter', 'Invalid parameter: Message empty or too long');
      if (Subject !== undefined && !SUBJECT.test(Subject))
        throw new AwsError('InvalidParameter', 'Invalid parameter: Subject');
      topics.publish({ topicArn: TopicArn, message: Message, ...(Subject !== undefined && { subject: Subject }) });
      return queryAnswer('Publish', NAMESPACE, `<MessageId>${randomUUID()}</MessageId>`);
    },
    renderError: (error) => queryError(error, NAMESPACE),
  };
}
