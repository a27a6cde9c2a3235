import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { BOUNDED, BOUNDED_STORE } from './bounds.ts';
import { withLongerLastTry } from './longer-last-try.ts';

export const dynamoDbClient = (): DynamoDBClient => new DynamoDBClient(BOUNDED_STORE);
/** For whoever is in no hurry: a push that loses its store in the midst of it leaves work for a timer. */
export const patientDynamoDbClient = (): DynamoDBClient => new DynamoDBClient(BOUNDED);
export const ec2Client = (): EC2Client => new EC2Client(BOUNDED);
/** For whoever has nothing better to do than to wait for it: a swap that cannot see the site moves nothing. */
export const patientEc2Client = (): EC2Client => withLongerLastTry(ec2Client());
/** For calls that the caller paces and repeats itself. */
export const ec2ClientWithoutRetries = (): EC2Client => new EC2Client({ ...BOUNDED, maxAttempts: 1 });
