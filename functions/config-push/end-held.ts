import type { PushJournal } from '#aws/push-store.ts';
import { routerNamed } from '#failover/site.ts';
import { conclude } from './conclude.ts';
import { Journal } from './journal.ts';
import { keep, takeBack } from './push-router.ts';
import type { EndRequest } from './request.ts';
import type { PushResult } from './result.ts';
import type { PushTools } from './tools.ts';
import { underWay } from './under-way.ts';
import { writeDown } from './write-down.ts';

const NOT_KEPT = 'a router that changed together with it did not end well';

/**
 * Ends what `hold` left open: confirms it, or brings the old configuration back. Nothing is looked at again before it is
 * confirmed: the router has said that it is well, its far ends rely on that, and one that changed its mind now would leave
 * them alone with the new configuration. May be asked again, and while the run that holds it is still at work.
 */
export async function endHeld({ action, id, router }: EndRequest, tools: PushTools): Promise<PushResult> {
  const last = await tools.pushes.journal();
  const isAtWork = last?.id === id && (last.applying?.router === router || last.leasedUntil > tools.now());
  if (!isAtWork) return nothingHeld(last, { id, router }, tools);
  const journal = await Journal.takeOver(last, tools);
  if (journal === undefined) return underWay(last, tools);
  try {
    const { applying } = last;
    const managed = routerNamed(tools.site, router);
    // A run that has not touched its router yet finds that it has lost the lease, and does not.
    if (applying?.router !== router || managed === undefined) return nothingHeld(last, { id, router }, tools);
    const { attempt, undoneBy } = applying;
    const end =
      action === 'confirm'
        ? await keep(managed, attempt, undoneBy, tools)
        : await takeBack(managed, attempt, undoneBy, NOT_KEPT, tools);
    return await conclude(await writeDown(end, applying, journal, tools), journal.entry, tools);
  } finally {
    await journal.note({ leasedUntil: 0 });
  }
}

/** It has ended before: an answer may have got lost, or its timer was faster. */
function nothingHeld(
  last: PushJournal | undefined,
  { id, router }: Pick<EndRequest, 'id' | 'router'>,
  { site }: PushTools,
): PushResult {
  const about = { site: site.name, router, remaining: [] };
  if (last?.id === id && last.done.includes(router)) {
    return { ...about, outcome: 'pushed', reason: 'pushed', says: `${router} has its new configuration.` };
  }
  return {
    ...about,
    outcome: 'refused',
    reason: 'nothing-held',
    says: `${router} has no configuration that waits to be confirmed; it has its old one.`,
  };
}
