import { partitionOf } from '#emulator/partition.ts';
import type { Caller } from '#emulator/service.ts';
import type { DeadLetterEdges } from '#emulator/sqs/dead-letter-edges.ts';
import type { FunctionSettings, LambdaFunction } from './function.ts';

/** The function as it calls AWS itself, and as Lambda writes to its destination. */
export function executionRole({ accountId, region, roleArn, name }: FunctionSettings): Caller {
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    accountId,
    arn: `arn:${partitionOf(region).name}:sts::${accountId}:assumed-role/${role}/${name}`,
    roleArn,
    sessionName: name,
    isAdmin: false,
  };
}

interface GivenUp {
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  /** JSON, of the last attempt; undefined: the function did not run. */
  readonly response: string | undefined;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly failures: number;
}

/**
 * Sends the record of an asynchronous event that Lambda gives up to the function's destination.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export async function giveUp(
  { settings, asynchronous: { onFailure } }: LambdaFunction,
  { requestId, payload, response, condition, failures }: GivenUp,
  edges: DeadLetterEdges,
): Promise<void> {
  if (onFailure === undefined) return;
  const { arn, region, name } = settings;
  const record = {
    version: '1.0',
    timestamp: new Date(edges.clock.now()).toISOString(),
    requestContext: { requestId, functionArn: `${arn}:$LATEST`, condition, approximateInvokeCount: failures },
    requestPayload: JSON.parse(payload) as unknown,
    ...(response !== undefined && {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: JSON.parse(response) as unknown,
    }),
  };
  const reason = await edges.queues.sendAs(executionRole(settings), onFailure, JSON.stringify(record));
  if (reason === undefined) return;
  edges.record({ kind: 'undelivered', at: edges.clock.now(), region, from: arn, to: onFailure, reason });
  const dimensions = { FunctionName: name };
  edges.putMetric({ region, namespace: 'AWS/Lambda', name: 'DestinationDeliveryFailures', value: 1, dimensions });
}
