import { decodeJson, encodeJson, encodeJsonError, JsonParameters } from '#emulator/aws-json.ts';
import { AwsError, type Service } from '#emulator/service.ts';
import { md5, type Queue, type QueueMessage, type Queues } from './queues.ts';

const ACTIONS = [
  'GetQueueUrl',
  'GetQueueAttributes',
  'SendMessage',
  'ReceiveMessage',
  'DeleteMessage',
  'PurgeQueue',
] as const;
type Action = (typeof ACTIONS)[number];

/** SQS's API, as far as operators call it to read and empty a dead-letter queue. */
export function createSqsService(queues: Queues): Service {
  const queueOf = (action: Action, input: JsonParameters, region: string): Queue => {
    const found =
      action === 'GetQueueUrl'
        ? queues.named(region, input.required('QueueName'))
        : queues.find(input.required('QueueUrl'));
    if (found !== undefined) return found;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  };
  return {
    signingName: 'sqs',
    deniedCode: 'AccessDeniedException',
    throttledCode: 'ThrottlingException',
    parse(request) {
      const { action, input } = decodeJson(request, 'AmazonSQS');
      const known = ACTIONS.find((each) => each === action);
      if (known === undefined) throw new AwsError('UnknownOperationException', `${action} is not emulated.`);
      const { arn } = queueOf(known, new JsonParameters(input), request.region);
      return { action: `sqs:${known}`, resources: [{ arn }], input };
    },
    async run({ action, input }, { region }) {
      const parameters = new JsonParameters(input);
      const name = action.slice('sqs:'.length) as Action;
      return encodeJson(perform(name, queueOf(name, parameters, region), parameters, queues), '1.0');
    },
    renderError: (error) => encodeJsonError(error, '1.0'),
  };
}

function perform(action: Action, { arn, url }: Queue, input: JsonParameters, queues: Queues): object {
  switch (action) {
    case 'GetQueueUrl':
      return { QueueUrl: url };
    case 'GetQueueAttributes':
      return { Attributes: { QueueArn: arn, ApproximateNumberOfMessages: String(queues.messages(arn).length) } };
    case 'SendMessage': {
      const { id, body } = queues.send(arn, input.required('MessageBody'));
      return { MessageId: id, MD5OfMessageBody: md5(body) };
    }
    case 'ReceiveMessage': {
      const seconds = input.number('VisibilityTimeout');
      const most = input.number('MaxNumberOfMessages') ?? 1;
      if (most < 1 || most > 10)
        throw new AwsError('InvalidParameterValue', `Value ${most} for parameter MaxNumberOfMessages is invalid.`);
      const found = queues.receive(arn, most, seconds === undefined ? undefined : seconds * 1000);
      return found.length === 0 ? {} : { Messages: found.map(wireMessage) };
    }
    case 'DeleteMessage':
      queues.delete(arn, input.required('ReceiptHandle'));
      return {};
    case 'PurgeQueue':
      queues.purge(arn);
      return {};
  }
}

function wireMessage({ id, body, attributes, receipt, received, sentAt }: QueueMessage): object {
  const message = Object.entries(attributes).map(([key, StringValue]) => [key, { StringValue, DataType: 'String' }]);
  return {
    MessageId: id,
    ReceiptHandle: receipt,
    MD5OfBody: md5(body),
    Body: body,
    Attributes: { SentTimestamp: String(sentAt), ApproximateReceiveCount: String(received) },
    ...(message.length > 0 && { MessageAttributes: Object.fromEntries(message) as object }),
  };
}
