import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { BOUNDED, BOUNDED_DESK, BOUNDED_STORE } from './bounds.ts';
import { withLongerLastTry } from './longer-last-try.ts';

export const dynamoDbClient = (): DynamoDBClient => new DynamoDBClient(BOUNDED_STORE);
/** For a push, which may wait: without its store a router's timer must roll back. */
export const patientDynamoDbClient = (): DynamoDBClient => new DynamoDBClient(BOUNDED);
export const ec2Client = (): EC2Client => new EC2Client(BOUNDED);
/** For what cannot go on before EC2 answers. */
export const patientEc2Client = (): EC2Client => withLongerLastTry(ec2Client());

/**
 * For a swap, which cannot move a route before EC2 answers. `writes`, whose calls the caller paces and repeats itself, takes the
 * connections that `reads` has opened: a TLS handshake would delay the first ReplaceRoute of a swap that is prepared.
 */
export function swapEc2Clients(): { readonly reads: EC2Client; readonly writes: EC2Client } {
  const [httpAgent, httpsAgent] = [new HttpAgent(CONNECTIONS), new HttpsAgent(CONNECTIONS)];
  const bounded = { ...BOUNDED, requestHandler: { ...BOUNDED.requestHandler, httpAgent, httpsAgent } };
  return { reads: withLongerLastTry(new EC2Client(bounded)), writes: new EC2Client({ ...bounded, maxAttempts: 1 }) };
}

/** The SDK's own defaults. */
const CONNECTIONS = { keepAlive: true, maxSockets: 50 } as const;

/** From a workstation, of any Region. */
export const deskEc2Client = (region: string): EC2Client => new EC2Client({ ...BOUNDED_DESK, region });
/** For calls that the caller paces and repeats itself. */
export const ec2ClientWithoutRetries = (): EC2Client => new EC2Client({ ...BOUNDED, maxAttempts: 1 });
