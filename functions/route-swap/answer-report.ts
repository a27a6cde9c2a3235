import type { SwapResult } from '#contracts/swap-result.ts';
import { pathOf } from '#failover/bgp-counts.ts';
import { clauseOf } from '#failover/clause.ts';
import { routerAt } from '#failover/site.ts';
import type { Reporter } from '#failover/stored-site.ts';
import type { Heartbeat } from '#failover/stored-state.ts';
import { type HttpAnswer, type HttpEvent, json } from '#functions/http.ts';
import { refuseRequest } from '#functions/refuse-request.ts';
import type { Rejection } from '#functions/rejection.ts';
import type { SwapPorts } from './ports.ts';
import { prepare } from './prepare.ts';
import { type Message, readReport, type SignedBy } from './report-request.ts';
import { onlyFrom, ReporterReplaced } from './reporter-replaced.ts';
import { STATUS_OF } from './status-codes.ts';
import { swapRoutes } from './swap-routes.ts';

/** Answers `POST /v1/sites/{site}/events`. An invalid request is answered with a 4xx and a sentence; the log has its sender. */
export async function answerReport(event: HttpEvent, ports: SwapPorts): Promise<HttpAnswer> {
  const message = await readReport(event, ports);
  const caller = event.requestContext.authorizer.iam.userArn;
  if ('status' in message) return rejected(message, event, ports);
  try {
    switch (message.kind) {
      case 'report':
        return answer(await swapRoutes(message.report, onlyFrom(message.report, ports)));
      case 'suspicion': {
        const { says } = await prepare(message.report, onlyFrom(message.report, ports));
        return noted('prepared', `Prepared; nothing has changed. If the report were confirmed now: ${says}`);
      }
      case 'withdrawal': {
        const { id, instance, router } = message;
        ports.prepared.drop({ id, instance, reporter: router.name });
        return noted('withdrawn', `${router.name} has withdrawn report ${id}; nothing has changed.`);
      }
      case 'testimony':
        await ports.store.recordWitnessReport(message.testimony);
        return noted(
          'heard',
          `${message.testimony.by} lost sight of ${nameAt(message.testimony.about, ports)}: noted as a witness.`,
        );
      case 'heartbeat':
        await keep(message, ports);
        return noted('heard', `${message.router.name} is alive, ${sessions(message.heartbeat)}.`);
      case 'contact':
        await ports.store.recordContact(reporterOf(message), { at: message.at });
        return noted('heard', `${message.router.name} can report.`);
    }
  } catch (error) {
    if (error instanceof ReporterReplaced) return rejected(error.rejection, event, ports);
    const { reason, says } = failed(message, clauseOf(error), ports);
    ports.log.error(says, { error, caller });
    // Only a report asks for routes to move; any other message that is not stored leaves nothing half done.
    if (message.kind === 'report') ports.metric('FailoverPartial', 1);
    return json(503, { outcome: 'partial', reason, says });
  }
}

function reporterOf({ router, instance }: SignedBy): Reporter {
  return { eni: router.eni, instance };
}

/** A path, or the loss of one, is also recorded as a claim: it stands if the next heartbeat cannot read the sessions. */
async function keep(message: SignedBy & Message & { kind: 'heartbeat' }, { store }: SwapPorts): Promise<void> {
  const { at, bgp } = message.heartbeat;
  const tells = bgp !== undefined && pathOf(bgp) !== 'unknown';
  await Promise.all([
    tells && store.recordClaim(reporterOf(message), { by: 'itself', at, bgp }),
    store.recordHeartbeat(reporterOf(message), message.heartbeat),
  ]);
}

function nameAt(eni: string, { site }: SwapPorts): string {
  return routerAt(site, eni)?.name ?? eni;
}

function failed(message: Message, why: string, ports: SwapPorts): { readonly reason: string; readonly says: string } {
  switch (message.kind) {
    case 'report':
    case 'suspicion':
    case 'withdrawal':
      return { reason: 'not-seen', says: `The site could not be observed: ${why}. Ask again.` };
    case 'testimony': {
      const { by, about } = message.testimony;
      return {
        reason: 'not-kept',
        says: `The site's store did not accept ${by}'s report about ${nameAt(about, ports)}: ${why}. Ask again.`,
      };
    }
    case 'heartbeat':
    case 'contact':
      return {
        reason: 'not-kept',
        says: `The site's store did not accept ${message.router.name}'s ${message.kind}: ${why}. Ask again.`,
      };
  }
}

function sessions({ bgp }: Heartbeat): string {
  return bgp === undefined
    ? 'and could not read its eBGP sessions'
    : `${bgp.tunnels.established} of its ${bgp.tunnels.configured} eBGP sessions Established, ${bgp.tunnels.receiving} with prefixes`;
}

function noted(reason: string, says: string): HttpAnswer {
  return json(200, { outcome: 'noted', reason, says });
}

function answer(result: SwapResult): HttpAnswer {
  return json(STATUS_OF[result.outcome], result);
}

function rejected(rejection: Rejection, event: HttpEvent, { log, metric }: SwapPorts): HttpAnswer {
  metric('ReportRejected', 1);
  return refuseRequest(rejection, event, log);
}
