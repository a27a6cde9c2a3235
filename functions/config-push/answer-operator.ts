import type { PushRequests } from '#aws/push-requests.ts';
import type { KeptRequest } from '#contracts/request-progress.ts';
import { clauseOf } from '#failover/clause.ts';
import type { AwsAccount } from '#functions/caller.ts';
import { type HttpAnswer, type HttpEvent, json } from '#functions/http.ts';
import { isUnderWay } from '#functions/is-under-way.ts';
import { logFailure } from '#functions/log-failure.ts';
import { refuseRequest } from '#functions/refuse-request.ts';
import { answerRequest, type ConfigPushAnswer } from './answer-request.ts';
import type { PushPorts } from './ports.ts';
import { type OperatorRequest, readOperatorRequest } from './read-operator-request.ts';

/** What the HTTP API needs besides. */
export interface OperatorPorts {
  /** The function's own. */
  readonly account: AwsAccount;
  readonly requests: Pick<PushRequests, 'claim' | 'keep'>;
}

type Answer = Required<KeptRequest>['answer'];

/** In place of an answer that is larger than an item of DynamoDB, or could not be written. */
const NOT_KEPT: Answer = {
  status: 500,
  body: {
    outcome: 'failed',
    reason: 'not-kept',
    says: 'The request has ended, and its answer could not be kept; read the status.',
  },
};

/**
 * Answers operators of the HTTP API: reads the request and its verified caller → claims the request's id, so that a repeated request
 * is not carried out again → carries it out → keeps the answer. API Gateway waits for 30 s; the function goes on, and the caller asks
 * route-swap for the answer by that id.
 */
export async function answerOperator(event: HttpEvent, ports: PushPorts & OperatorPorts): Promise<HttpAnswer> {
  const { routeKey, requestContext } = event;
  const caller = requestContext.authorizer.iam.userArn;
  const read = readOperatorRequest(event, ports);
  if ('status' in read) return refuseRequest(read, event, ports.log);
  ports.log.info(`An operator requests ${routeKey}`, { caller, request: read.id });
  const claimed = { digest: read.digest, run: ports.run, endsAt: ports.endsAt };
  const failed = (what: string, error: unknown): Answer => {
    const says = `${what}: ${clauseOf(error)}.`;
    ports.log.error(says, { error, caller, route: routeKey });
    return { status: 500, body: { outcome: 'failed', reason: 'failed', says } };
  };
  const answer = await ports.requests.claim(read.id, claimed).then(
    (earlier) => (earlier === undefined ? undefined : answerOfEarlier(read, earlier, ports.now())),
    (error: unknown) => failed('Nothing was begun, because the store does not accept the request', error),
  );
  if (answer !== undefined) return json(answer.status, answer.body);
  const ended = await answerRequest(read.sent, ports, caller).then(
    (body): Answer => ({ status: statusOf(body), body }),
    (error: unknown) => failed('The request failed and may have had an effect; read the status', error),
  );
  const keep = (kept: Answer) =>
    logFailure('the answer', ports, () => ports.requests.keep(read.id, { ...claimed, answer: kept }));
  // Whoever asks for it would wait for the rest of the function's time.
  if (!(await keep(ended))) await keep(NOT_KEPT);
  return json(ended.status, ended.body);
}

function answerOfEarlier({ id, digest }: OperatorRequest, earlier: KeptRequest, now: number): Answer {
  if (earlier.digest !== digest) {
    const says = `The id ${id} belongs to another request. Nothing was done.`;
    return { status: 409, body: { outcome: 'refused', reason: 'replayed', says } };
  }
  if (earlier.answer === undefined && !isUnderWay(earlier, now)) {
    const says = `The request ${id} ended without an answer, and may have had an effect: read the status, and send a new request.`;
    return { status: 409, body: { outcome: 'refused', reason: 'unanswered', says } };
  }
  const says = `The request ${id} is already being carried out: ask for requests/${id}.`;
  return earlier.answer ?? { status: 202, body: { outcome: 'under-way', reason: 'under-way', says } };
}

/** What was tried and failed is an answer, with its outcome: only what was not tried has a 4xx. */
function statusOf({ outcome }: ConfigPushAnswer): number {
  if (outcome === 'refused') return 409;
  return outcome === 'bad-request' || outcome === 'wrong-topology' ? 400 : 200;
}
