import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { Resource } from '#emulator/template.ts';
import { changed, type ResourceFamily, type ResourceType } from './family.ts';
import { document } from './iam.ts';
import { resourcePolicy } from './resource-policy.ts';

const seconds = z.coerce.number();
const queueSchema = z.object({
  VisibilityTimeout: seconds.default(30),
  MessageRetentionPeriod: seconds.min(60).max(1_209_600).default(345_600),
  FifoQueue: z.literal(false, 'FIFO queues are not emulated').default(false),
});
const policySchema = z.object({ PolicyDocument: document, Queues: z.array(z.string()) });

const queueName = (resource: Resource): string => resource.text('QueueName') ?? resource.generatedName(80);
const queueArn = (resource: Resource): string => resource.arn('sqs', queueName(resource));
const queueUrl = (resource: Resource): string =>
  `https://sqs.${resource.region}.${partitionOf(resource.region).suffix}/${resource.accountId}/${queueName(resource)}`;

const queue: ResourceType = {
  identify: (resource) => ({
    ref: queueUrl(resource),
    attributes: { Arn: queueArn(resource), QueueName: queueName(resource), QueueUrl: queueUrl(resource) },
  }),
  create: putQueue,
  update: (resource, previous, cloud) =>
    changed(resource, previous, 'QueueName', 'FifoQueue') ? 'replace' : putQueue(resource, cloud),
  delete: (resource, { queues }) => queues.remove(queueArn(resource)),
};

const queuePolicy = resourcePolicy(
  (resource) => {
    const { PolicyDocument: policy, Queues: targets } = resource.read(policySchema);
    return { policy, targets };
  },
  ({ queues }, url, policy) => queues.setPolicy(queues.find(url)?.arn ?? url, policy),
);

export const sqs: ResourceFamily = { types: { 'AWS::SQS::Queue': queue, 'AWS::SQS::QueuePolicy': queuePolicy } };

function putQueue(resource: Resource, { queues }: Cloud): void {
  const { VisibilityTimeout, MessageRetentionPeriod } = resource.read(queueSchema);
  queues.put({
    arn: queueArn(resource),
    name: queueName(resource),
    region: resource.region,
    url: queueUrl(resource),
    visibilityMs: VisibilityTimeout * 1000,
    retentionMs: MessageRetentionPeriod * 1000,
  });
}
