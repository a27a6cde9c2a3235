import type { PendingChange } from '#contracts/push-journal.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { utcTime } from '#failover/utc-time.ts';
import { quietly } from '#functions/quietly.ts';
import type { PushTools } from '../ports.ts';
import { confirm, undo } from '../router/apply-config.ts';
import { endOf, type RouterEnd, wordsOf } from '../router/router-outcome.ts';

/** Confirms; what is not confirmed by `undoneBy` is undone by the router. */
export async function keep(router: ManagedRouter, applying: PendingChange, tools: PushTools): Promise<RouterEnd> {
  const { attempt, undoneBy } = applying;
  const first = await confirm(router, attempt, tools);
  // Asked again, the router says how it ended: an answer may get lost.
  const answer = endOf(first, router.name) === undefined ? await confirm(router, attempt, tools) : first;
  const end = endOf(answer, router.name);
  if (end !== undefined) return end;
  const until = utcTime(undoneBy);
  return {
    end: 'unknown',
    says: `${router.name} did not answer when it was to be confirmed (${wordsOf(answer)}). Its BGP was well; unless it is confirmed it has its old configuration by ${until}.`,
    revertsAt: undoneBy,
  };
}

/** Brings the old configuration back now; if the router does not answer, its timer will. */
export async function takeBack(
  router: ManagedRouter,
  applying: PendingChange,
  why: string,
  tools: PushTools,
): Promise<RouterEnd> {
  const { undoneBy } = applying;
  tools.log.warn(`Taking the configuration of ${router.name} back: ${why}`, { router: router.name });
  const answer = await undo(router, applying, tools);
  const end = endOf(answer, router.name);
  if (end?.end === 'undone')
    return { end: 'undone', says: `${router.name}: ${why}. It has its old configuration again.` };
  if (end !== undefined) return { ...end, says: `${router.name}: ${why}. ${end.says}` };
  const until = utcTime(undoneBy);
  return {
    end: 'unknown',
    says: `${router.name}: ${why}. It does not answer now (${wordsOf(answer)}); if it took the new configuration it has the old one again by ${until}.`,
    revertsAt: undoneBy,
    busy: answer.outcome === 'busy',
  };
}

/** Writes down what a router has now, for the next comparison. The router has it, whether this can be written or not. */
export async function rememberPushed(
  router: string,
  lines: readonly string[],
  id: string,
  tools: PushTools,
): Promise<void> {
  await quietly(`what ${router} got`, tools, () => tools.pushes.setPushed(router, { lines, at: tools.now(), id }));
}
