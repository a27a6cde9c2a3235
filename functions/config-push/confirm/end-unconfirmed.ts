import type { PushJournal } from '#contracts/push-journal.ts';
import type { EndRequest } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { routerNamed } from '#failover/site.ts';
import type { PushTools } from '../ports.ts';
import { conclude } from '../record/conclude.ts';
import { Journal } from '../record/journal.ts';
import { underWay } from '../record/push-under-way.ts';
import { writeDown } from '../record/record-outcome.ts';
import { endedState, stateBefore } from '../router/router-states.ts';
import { keep, takeBack } from './confirm-or-roll-back.ts';

const TRIES = 3;
const NOT_KEPT = 'the push that it belongs to was called off';

/**
 * Ends what `hold` left open: confirms it, or brings the old configuration back. Nothing is looked at again before it is
 * confirmed: the router has said that it is well, its far ends rely on that, and one that changed its mind now would leave
 * them alone with the new configuration. May be asked again, and while the run that holds it is still at work.
 */
export async function endHeld(request: EndRequest, tools: PushTools, tries = TRIES): Promise<PushResult> {
  const { action, id, router } = request;
  // Its run may not even have begun: whichever of the two comes second finds what the other one wrote.
  if (action === 'undo') await tools.pushes.callOff(router, id);
  const last = await tools.pushes.journal();
  const isAtWork = last?.id === id && (last.applying?.router === router || last.leasedUntil > tools.now());
  if (!isAtWork) return nothingHeld(last, { id, router }, tools);
  const journal = await Journal.takeOver(last, tools);
  // The run that holds it has just gone a step further.
  if (journal === undefined) return tries > 1 ? endHeld(request, tools, tries - 1) : underWay(undefined, tools);
  let leasedUntil = 0;
  try {
    const { applying } = last;
    const managed = routerNamed(tools.site, router);
    // A run that has not touched its router yet finds that it has lost the lease, and does not.
    if (applying?.router !== router || managed === undefined) return nothingHeld(last, { id, router }, tools);
    const end =
      action === 'confirm' ? await keep(managed, applying, tools) : await takeBack(managed, applying, NOT_KEPT, tools);
    // Whether it is kept depends on its far ends too: until its timer has acted only whoever asked may ask again.
    if (action === 'confirm' && end.end === 'unknown') leasedUntil = applying.undoneBy;
    const routers = [...doneIn(last), endedState(router, end, stateBefore(applying))];
    const result = { ...(await writeDown(end, applying, journal, tools)), routers };
    return await conclude(result, journal.entry, tools, applying.recorded);
  } finally {
    await journal.record({ leasedUntil });
  }
}

/** Routers that this push has confirmed before. */
function doneIn({ done }: PushJournal): PushResult['routers'] {
  return done.map((name) => ({ name, runs: 'new', boots: 'new' }));
}

/** It has ended before: an answer may have got lost, or its timer was faster. */
export function nothingHeld(
  last: PushJournal | undefined,
  { id, router }: Pick<EndRequest, 'id' | 'router'>,
  { site }: PushTools,
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
    return { ...about, outcome: 'pushed', reason: 'pushed', says, routers: doneIn(last) };
  }
  return {
    ...about,
    outcome: 'refused',
    reason: 'nothing-held',
    says: `${router} has no configuration that waits to be confirmed; it has its old one.`,
    routers: [...doneIn(last), { name: router, runs: 'old', boots: 'old' }],
  };
}
