import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { BOUNDED, BOUNDED_DESK, BOUNDED_STORE } from './bounds.ts';
import { withLongerLastTry } from './longer-last-try.ts';

export const dynamoDbClient = (): DynamoDBClient => new DynamoDBClient(BOUNDED_STORE);
/** For a push, which may wait: without its store a router's timer must roll back. */
export const patientDynamoDbClient = (): DynamoDBClient => new DynamoDBClient(BOUNDED);
export const ec2Client = (): EC2Client => new EC2Client(BOUNDED);
/** For a swap, which cannot move a route before EC2 answers. */
export const patientEc2Client = (): EC2Client => withLongerLastTry(ec2Client());
/** From a workstation, of any Region. */
export const deskEc2Client = (region: string): EC2Client => new EC2Client({ ...BOUNDED_DESK, region });
/** For calls that the caller paces and repeats itself. */
export const ec2ClientWithoutRetries = (): EC2Client => new EC2Client({ ...BOUNDED, maxAttempts: 1 });
