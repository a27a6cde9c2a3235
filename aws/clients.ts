import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';

/**
 * Bounded, because a hanging call during a failover is worse than a failed one: connect within 1 s, answer within 2 s,
 * three attempts with the SDK's own backoff (throttling and 5xx only).
 */
const BOUNDED = { maxAttempts: 3, requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 } } as const;

export const dynamoDbClient = (): DynamoDBClient => new DynamoDBClient(BOUNDED);
export const ec2Client = (): EC2Client => new EC2Client(BOUNDED);
export const eventBridgeClient = (): EventBridgeClient => new EventBridgeClient(BOUNDED);
export const ssmClient = (): SSMClient => new SSMClient(BOUNDED);

/**
 * One attempt: whoever invokes a function has its own rhythm, and a retry would run the story twice.
 *
 * @param timeoutMs how long the function may take
 */
export const lambdaClient = (timeoutMs: number): LambdaClient =>
  new LambdaClient({ maxAttempts: 1, requestHandler: { connectionTimeout: 1_000, requestTimeout: timeoutMs } });
