import type { PushJournal } from '#contracts/push-journal.ts';
import type { EndRequest } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { routerNamed } from '#failover/site.ts';
import type { PushPorts } from '../ports.ts';
import { conclude } from '../record/conclude.ts';
import { Journal } from '../record/journal.ts';
import { pushUnderWay } from '../record/push-under-way.ts';
import { recordOutcome } from '../record/record-outcome.ts';
import { endedState, stateBefore } from '../router/router-states.ts';
import { confirmRouter, rollBack } from './confirm-or-roll-back.ts';

const TRIES = 3;
const CANCELLED = 'the push that it belongs to was called off';

/**
 * Ends what `hold` left open: confirms it, or brings the old configuration back. Nothing is looked at again before it is
 * confirmed: the router has said that it is well, its far ends rely on that, and one that changed its mind now would leave
 * them alone with the new configuration. May be asked again, and while the run that holds it is still at work.
 */
export async function endUnconfirmed(request: EndRequest, ports: PushPorts, tries = TRIES): Promise<PushResult> {
  const { action, id, router } = request;
  // Its run may not even have begun: whichever of the two comes second finds what the other one wrote.
  if (action === 'undo') await ports.pushes.cancel(router, id);
  const last = await ports.pushes.journal();
  const isAtWork = last?.id === id && (last.applying?.router === router || last.leasedUntil > ports.now());
  if (!isAtWork) return nothingUnconfirmed(last, { id, router }, ports);
  const journal = await Journal.takeOver(last, ports);
  // The run that holds it has just gone a step further.
  if (journal === undefined)
    return tries > 1 ? endUnconfirmed(request, ports, tries - 1) : pushUnderWay(undefined, ports);
  let leasedUntil = 0;
  try {
    const { applying } = last;
    const managed = routerNamed(ports.site, router);
    // A run that has not touched its router yet finds that it has lost the lease, and does not.
    if (applying?.router !== router || managed === undefined) return nothingUnconfirmed(last, { id, router }, ports);
    const end =
      action === 'confirm'
        ? await confirmRouter(managed, applying, ports)
        : await rollBack(managed, applying, CANCELLED, ports);
    // Whether it is kept depends on its far ends too: until its timer has acted only whoever asked may ask again.
    if (action === 'confirm' && end.end === 'unknown') leasedUntil = applying.undoneBy;
    const routers = [...confirmedStates(last), endedState(router, end, stateBefore(applying))];
    const result = { ...(await recordOutcome(end, applying, journal, ports)), routers };
    return await conclude(result, journal.entry, ports, applying.recorded);
  } finally {
    await journal.recordResult({ leasedUntil });
  }
}

/** Routers that this push has confirmed before. */
function confirmedStates({ done }: PushJournal): PushResult['routers'] {
  return done.map((name) => ({ name, runs: 'new', boots: 'new' }));
}

/** It has ended before: an answer may have got lost, or its timer was faster. */
export function nothingUnconfirmed(
  last: PushJournal | undefined,
  { id, router }: Pick<EndRequest, 'id' | 'router'>,
  { site }: PushPorts,
): PushResult {
  const about = { site: site.name, router, remaining: [] };
  if (last?.id !== id) {
    const says = `another push has begun since, and nobody has asked ${router} what it has`;
    return {
      ...about,
      outcome: 'refused',
      reason: 'nothing-held',
      says: `${router} has no configuration of this push that waits to be confirmed: ${says}.`,
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
    says: `${router} has no configuration that waits to be confirmed; it has its old one.`,
    routers: [...confirmedStates(last), { name: router, runs: 'old', boots: 'old' }],
  };
}
