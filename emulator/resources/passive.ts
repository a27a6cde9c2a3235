import { partitionOf } from '#emulator/partition.ts';
import type { Resource } from '#emulator/template.ts';
import { nameless, type ResourceFamily } from './family.ts';

const logGroupName = (resource: Resource): string => resource.text('LogGroupName') ?? resource.generatedName(512);
const queueName = (resource: Resource): string => resource.text('QueueName') ?? resource.generatedName(80);

/** Resources that others name, and that do nothing here themselves. */
export const passive: ResourceFamily = {
  types: {
    'AWS::CDK::Metadata': { identify: nameless },
    'AWS::Logs::LogGroup': {
      identify: (resource) => ({
        ref: logGroupName(resource),
        attributes: { Arn: resource.arn('logs', `log-group:${logGroupName(resource)}:*`) },
      }),
    },
    /** Nothing is written into log groups here, so nothing is counted in them. */
    'AWS::Logs::MetricFilter': { identify: nameless },
    /** As dead-letter queues. A message for one is recorded as `undelivered`. */
    'AWS::SQS::Queue': {
      identify: (resource) => ({
        ref: `https://sqs.${resource.region}.${partitionOf(resource.region).suffix}/${resource.accountId}/${queueName(resource)}`,
        attributes: { Arn: resource.arn('sqs', queueName(resource)), QueueName: queueName(resource) },
      }),
    },
    'AWS::SQS::QueuePolicy': { identify: nameless },
  },
};
