import { randomUUID } from 'node:crypto';
import { queryAnswer, queryError } from '#emulator/query-xml.ts';
import { AwsError, type Service } from '#emulator/service.ts';
import type { Topics } from './topics.ts';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';
/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MESSAGE_LIMIT_BYTES = 256 * 1024;
/**
 * The API reference: "Subjects must be UTF-8 text with no line breaks or control characters, and less than 100 characters long."
 * The references of the SDKs: "must be ASCII text that begins with a letter, number, or punctuation mark". What both accept is accepted.
 */
const SUBJECT = /^[!-~][ -~]{0,98}$/;

/** SNS's API, as far as functions call it: Publish. */
export function createSnsService(topics: Topics): Service {
  return {
    signingName: 'sns',
    deniedCode: 'AuthorizationError',
    throttledCode: 'Throttled',
    parse({ body }) {
      const input = Object.fromEntries(new URLSearchParams(body.toString()));
      if (input['Action'] !== 'Publish') throw new AwsError('InvalidAction', `${input['Action']} is not emulated.`);
      const arn = input['TopicArn'] ?? '';
      if (arn === '') throw new AwsError('InvalidParameter', 'Invalid parameter: TopicArn');
      return { action: 'sns:Publish', resources: [{ arn }], input };
    },
    async run({ input }) {
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
