import type { PushJournal } from '#contracts/push-journal.ts';
import type { Asked, EndRequest } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { requesterName } from '#failover/requester.ts';
import { routerNamed } from '#failover/site.ts';
import type { PushPorts } from '../ports.ts';
import { conclude } from '../record/conclude.ts';
import { Journal } from '../record/journal.ts';
import { pushUnderWay } from '../record/push-under-way.ts';
import { recordOutcome } from '../record/record-outcome.ts';
import type { RouterOutcome } from '../router/router-outcome.ts';
import { endedState, stateBefore } from '../router/router-states.ts';
import { confirmRouter, rollBack } from './confirm-or-roll-back.ts';

const TRIES = 3;

type End = EndRequest & Pick<Asked<EndRequest>, 'requestedBy'>;

/**
 * Confirms or rolls back a router that a push with `hold` left unconfirmed. Nothing is checked again before a
 * confirmation: the router was verified, and its far ends rely on that; rolling back one end now would leave the
 * others alone with the new configuration. The request can be repeated, and can arrive while the run of the push is
 * still at work.
 */
export async function endUnconfirmed(request: End, ports: PushPorts, tries = TRIES): Promise<PushResult> {
  const { action, id, router } = request;
  // The run of the push may not have begun: whichever of the two comes second finds what the other wrote.
  if (action === 'undo') await ports.pushes.cancel(router, id);
  const last = await ports.pushes.journal();
  const isAtWork = last?.id === id && (last.applying?.router === router || last.leasedUntil > ports.now());
  if (!isAtWork) return nothingUnconfirmed(last, { id, router }, ports);
  const journal = await Journal.takeOver(last, ports);
  // The run of the push has just written its next step.
  if (journal === undefined)
    return tries > 1 ? endUnconfirmed(request, ports, tries - 1) : pushUnderWay(undefined, ports);
  let leasedUntil = 0;
  try {
    const { applying } = last;
    const managed = routerNamed(ports.site, router);
    // A run that has not touched its router yet finds that it lost the lease, and stops.
    if (applying?.router !== router || managed === undefined) return nothingUnconfirmed(last, { id, router }, ports);
    ports.record.resume(applying);
    const other = otherSender(request, last);
    const end =
      action === 'confirm'
        ? confirmedBy(other, await confirmRouter(managed, applying, ports))
        : await rollBack(managed, applying, whyCancelled(other), ports);
    // The far ends decide too: until its timer expires, only this push may ask again.
    if (action === 'confirm' && end.end === 'unknown') leasedUntil = applying.undoneBy;
    const routers = [...confirmedStates(last), endedState(router, end, stateBefore(applying))];
    const result = { ...(await recordOutcome(end, applying, journal, ports)), routers };
    return await conclude(result, journal.entry, ports, applying.recorded);
  } finally {
    await journal.recordResult({ leasedUntil });
  }
}

/** Who ends the push, by name; undefined: its own sender, or unknown. */
function otherSender({ requestedBy }: End, last: PushJournal): string | undefined {
  const isOther = requestedBy?.arn !== undefined && requestedBy.arn !== last.requestedBy?.arn;
  return isOther ? requesterName(requestedBy) : undefined;
}

function confirmedBy(other: string | undefined, outcome: RouterOutcome): RouterOutcome {
  if (other === undefined || outcome.end !== 'confirmed') return outcome;
  return { ...outcome, says: `${outcome.says} ${other} confirmed it.` };
}

function whyCancelled(other: string | undefined): string {
  return `its push was cancelled${other === undefined ? '' : ` by ${other}`}`;
}

/** Routers that this push has confirmed. */
function confirmedStates({ done }: PushJournal): PushResult['routers'] {
  return done.map((name) => ({ name, runs: 'new', boots: 'new' }));
}

/** The attempt has ended: an earlier answer was lost, or the router's timer expired. */
export function nothingUnconfirmed(
  last: PushJournal | undefined,
  { id, router }: Pick<EndRequest, 'id' | 'router'>,
  { site }: PushPorts,
): PushResult {
  const about = { site: site.name, router, remaining: [] };
  if (last?.id !== id) {
    const says = `another push has begun since, and the configuration of ${router} was not read`;
    return {
      ...about,
      outcome: 'refused',
      reason: 'nothing-held',
      says: `${router} has no unconfirmed configuration of this push: ${says}.`,
      routers: [{ name: router, runs: 'unknown', boots: 'unknown', says }],
    };
  }
  if (last.done.includes(router)) {
    const says = `${router} has its new configuration.`;
    return { ...about, outcome: 'pushed', reason: 'pushed', says, routers: confirmedStates(last) };
  }
  return {
    ...about,
    outcome: 'refused',
    reason: 'nothing-held',
    says: `${router} has no unconfirmed configuration; it runs its old one.`,
    routers: [...confirmedStates(last), { name: router, runs: 'old', boots: 'old' }],
  };
}
