import { z } from 'zod';
import type { Resource } from '#emulator/template.ts';
import { nameless, type ResourceFamily } from './family.ts';
import { document } from './iam.ts';

const topicSchema = z.object({ KmsMasterKeyId: z.string().optional() });
const policySchema = z.object({ PolicyDocument: document, Topics: z.array(z.string()) });
const subscriptionSchema = z.object({ TopicArn: z.string(), Protocol: z.string(), Endpoint: z.string().default('') });

const topicName = (resource: Resource): string => resource.text('TopicName') ?? resource.generatedName(256);

export const sns: ResourceFamily = {
  types: {
    'AWS::SNS::Topic': {
      identify: (resource) => {
        const arn = resource.arn('sns', topicName(resource));
        return { ref: arn, attributes: { TopicArn: arn, TopicName: topicName(resource) } };
      },
      create(resource, { topics }) {
        const { KmsMasterKeyId } = resource.read(topicSchema);
        topics.add({
          arn: resource.identity.ref,
          name: topicName(resource),
          region: resource.region,
          kmsKey: KmsMasterKeyId,
        });
      },
    },
    'AWS::SNS::TopicPolicy': {
      identify: nameless,
      create(resource, { topics }) {
        const { PolicyDocument, Topics } = resource.read(policySchema);
        for (const topic of Topics) topics.setPolicy(topic, PolicyDocument);
      },
    },
    'AWS::SNS::Subscription': {
      identify: nameless,
      create(resource, { topics }) {
        const { TopicArn, Protocol, Endpoint } = resource.read(subscriptionSchema);
        topics.subscribe(TopicArn, { protocol: Protocol, endpoint: Endpoint });
      },
    },
  },
};
