import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { BOUNDED } from './bounds.ts';

export const snsClient = (): SNSClient => new SNSClient(BOUNDED);

/** @param subject ASCII, less than 100 characters; undefined: none */
export async function publish(
  sns: SNSClient,
  topic: string,
  { subject, text }: { readonly subject?: string; readonly text: string },
): Promise<void> {
  await sns.send(
    new PublishCommand({ TopicArn: topic, Message: text, ...(subject !== undefined && { Subject: subject }) }),
  );
}
