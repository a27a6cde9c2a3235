import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import { AwsError } from '#emulator/service.ts';
import type { Resource } from '#emulator/template.ts';
import { changed, nameless, type ResourceFamily, type ResourceType } from './family.ts';
import { document } from './iam.ts';
import { resourcePolicy } from './resource-policy.ts';

const topicSchema = z.object({ KmsMasterKeyId: z.string().optional() });
const policySchema = z.object({ PolicyDocument: document, Topics: z.array(z.string()) });
const subscriptionSchema = z.object({ TopicArn: z.string(), Protocol: z.string(), Endpoint: z.string().default('') });
/** SNS's "InvalidParameter: Invalid parameter: Email address". */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const topicName = (resource: Resource): string => resource.text('TopicName') ?? resource.generatedName(256);

const topicArn = (resource: Resource): string => resource.arn('sns', topicName(resource));

const topic: ResourceType = {
  identify: (resource) => {
    const arn = topicArn(resource);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: topicName(resource) } };
  },
  create: putTopic,
  update: (resource, previous, cloud) =>
    changed(resource, previous, 'TopicName', 'FifoTopic') ? 'replace' : putTopic(resource, cloud),
  delete: (resource, { topics }) => topics.remove(topicArn(resource)),
};

const topicPolicy = resourcePolicy(
  (resource) => {
    const { PolicyDocument: policy, Topics: targets } = resource.read(policySchema);
    return { policy, targets };
  },
  ({ topics }, arn, policy) => topics.setPolicy(arn, policy),
);

const subscription: ResourceType = {
  identify: nameless,
  create(resource, { topics }) {
    const { TopicArn, Protocol, Endpoint } = resource.read(subscriptionSchema);
    if (topics.find(TopicArn) === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
    if (Protocol === 'email' && !EMAIL.test(Endpoint))
      throw new AwsError('InvalidParameter', 'Invalid parameter: Email address');
    topics.subscribe({ topicArn: TopicArn, protocol: Protocol, endpoint: Endpoint });
  },
  update: (resource, previous) =>
    changed(resource, previous, 'TopicArn', 'Protocol', 'Endpoint') ? 'replace' : undefined,
  delete(resource, { topics }) {
    const { TopicArn, Protocol, Endpoint } = resource.read(subscriptionSchema);
    topics.unsubscribe({ topicArn: TopicArn, protocol: Protocol, endpoint: Endpoint });
  },
};

export const sns: ResourceFamily = {
  types: { 'AWS::SNS::Topic': topic, 'AWS::SNS::TopicPolicy': topicPolicy, 'AWS::SNS::Subscription': subscription },
};

function putTopic(resource: Resource, { topics }: Cloud): void {
  const { KmsMasterKeyId } = resource.read(topicSchema);
  const { region } = resource;
  topics.put({ arn: topicArn(resource), name: topicName(resource), region, kmsKey: KmsMasterKeyId });
}
