import { Duration, Validations } from 'aws-cdk-lib';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/**
 * The longest that SQS keeps a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
const KEPT = Duration.days(14);

/**
 * One queue of a site for what AWS gives up: asynchronous invocations that failed too often or became too old, and events that do not
 * reach their function. Operators read it (`docs/runbook.md`); no program does.
 */
export class DeadLetters extends Construct {
  readonly queue: IQueue;

  /** @param name of the queue */
  constructor(scope: Construct, id: string, { name }: { readonly name: string }) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', { queueName: name, retentionPeriod: KEPT, enforceSSL: true });
    Validations.of(this.queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is the dead-letter queue.' });
  }
}
