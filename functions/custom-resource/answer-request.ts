import type { CloudFormationAnswer } from '#aws/answer-cloudformation.ts';
import type { Log } from '#functions/log.ts';
import { type CustomResourceRequest, parseRequest } from './parse-request.ts';

/** What the answer to CloudFormation needs of the outside. */
export interface CustomResourcePorts {
  /** ms since the epoch. */
  readonly now: () => number;
  /** Resolves after this time, ms. */
  readonly sleep: (ms: number) => Promise<void>;
  /** The answer must leave by then, ms since the epoch: Lambda ends the function soon after. */
  readonly answerBy: number;
  readonly answer: (url: string, answer: CloudFormationAnswer) => Promise<void>;
  readonly log: Log;
}

export type CustomResourceResult = Pick<CloudFormationAnswer, 'Status' | 'Reason'>;

/** A custom resource that a function implements. */
export interface CustomResource {
  /** Of the function. */
  readonly name: string;
  /** Another one than before makes CloudFormation replace the resource: it has the old one deleted once the update has succeeded. */
  readonly physicalId: string;
  /** For the log, if a request fails. */
  readonly failed: string;
  /** The reason of the failure, if there is no result in time. */
  readonly late: string;
  /** Never throws. */
  readonly carryOut: (request: CustomResourceRequest) => Promise<CustomResourceResult>;
}

/** The answer holds at most 4096 bytes, and a character up to 3 of them. */
const LONGEST_REASON = 1_000;

/**
 * Carries out a request of CloudFormation, and answers it in any case: without an answer a deployment waits for its timeout. Calls
 * that are under way when there is no time left go on, and the next deployment finds what they did.
 *
 * @throws Error if the event is no request, or CloudFormation does not take the answer
 */
export async function answerCustomResource(
  event: unknown,
  { now, sleep, answerBy, answer, log }: CustomResourcePorts,
  { name, physicalId, failed, late, carryOut }: CustomResource,
): Promise<void> {
  const request = parseRequest(event, name);
  const { StackId, RequestId, LogicalResourceId } = request;
  const timeout = async () => {
    await sleep(Math.max(0, answerBy - now()));
    return failure(late);
  };
  const { Status, Reason } = await Promise.race([carryOut(request), timeout()]);
  if (Status === 'FAILED') log.error(failed, { Status, Reason, request: request.RequestType });
  await answer(request.ResponseURL, {
    Status,
    Reason: Reason.slice(0, LONGEST_REASON),
    // A deletion ends with the id that it was asked for.
    PhysicalResourceId: (request.RequestType === 'Delete' ? request.PhysicalResourceId : undefined) ?? physicalId,
    StackId,
    RequestId,
    LogicalResourceId,
  });
}

export function success(Reason: string): CustomResourceResult {
  return { Status: 'SUCCESS', Reason };
}

export function failure(Reason: string): CustomResourceResult {
  return { Status: 'FAILED', Reason };
}
