import { changesNothing } from '#contracts/route-swap-requests.ts';
import { clauseOf } from '#failover/clause.ts';
import { LAST_FIT } from '#failover/last-fit.ts';
import type { Outcome } from '#failover/swap-record.ts';
import { type HttpAnswer, type HttpEvent, json } from '#functions/http.ts';
import { refuseRequest } from '#functions/refuse-request.ts';
import { answerRequest } from './answer-request.ts';
import type { DirectRequest } from './direct-request.ts';
import type { SwapPorts } from './ports.ts';
import { readOperatorRequest } from './read-operator-request.ts';
import { refuseLastFit } from './refuse-last-fit.ts';
import { refuseUnknownEntry } from './refuse-unknown-entry.ts';
import { STATUS_OF } from './status-codes.ts';

/** Answers viewers and operators of the HTTP API. An invalid request is answered with a 4xx and a sentence; the log has its sender. */
export async function answerOperator(event: HttpEvent, ports: SwapPorts): Promise<HttpAnswer> {
  const { routeKey, requestContext } = event;
  const caller = requestContext.authorizer.iam.userArn;
  const read = readOperatorRequest(event, ports);
  if ('status' in read) return refuseRequest(read, event, ports.log);
  try {
    if ('act' in read.request) {
      const lastFit = await refuseLastFit(read.request.act, ports);
      if (lastFit !== undefined) return json(409, { outcome: 'refused', reason: LAST_FIT, says: lastFit });
      const unknown = await refuseUnknownEntry(read.request.act, ports);
      if (unknown !== undefined) return json(404, { outcome: 'refused', reason: 'unknown-entry', says: unknown });
    }
    const answer = await answerRequest(read.request, read.requestedBy, ports);
    return json('outcome' in answer ? statusOf(answer.outcome) : 200, answer);
  } catch (error) {
    const effect = isView(read.request) ? 'Nothing was changed.' : 'It may have had an effect; read the status.';
    const says = `The request failed: ${clauseOf(error)}. ${effect}`;
    ports.log.error(says, { error, caller, route: routeKey });
    return json(500, { outcome: 'failed', reason: 'failed', says });
  }
}

function isView(request: DirectRequest): boolean {
  return 'act' in request ? changesNothing(request.act) : request.dryRun;
}

function statusOf(outcome: Outcome | 'done'): number {
  return outcome === 'done' ? 200 : STATUS_OF[outcome];
}
