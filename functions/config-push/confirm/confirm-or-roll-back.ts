import type { PendingChange } from '#contracts/push-journal.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { utcTime } from '#failover/utc-time.ts';
import type { PushPorts } from '../ports.ts';
import { confirm, undo } from '../router/apply-config.ts';
import { outcomeOf, type RouterOutcome, textOf } from '../router/router-outcome.ts';

/** Confirms a router. The router rolls back by itself by `undoneBy` if the confirmation does not arrive. */
export async function confirmRouter(
  router: ManagedRouter,
  applying: PendingChange,
  ports: PushPorts,
): Promise<RouterOutcome> {
  const { attempt, undoneBy } = applying;
  const first = await confirm(router, attempt, ports);
  // The answer can be lost: asked again, the router reports how the attempt ended.
  const answer = outcomeOf(first, router.name) === undefined ? await confirm(router, attempt, ports) : first;
  const end = outcomeOf(answer, router.name);
  if (end !== undefined) return end;
  const until = utcTime(undoneBy);
  return {
    end: 'unknown',
    says: `${router.name} did not answer the confirmation (${textOf(answer)}). Its BGP was verified; unless it was confirmed, it runs its old configuration by ${until}.`,
    revertsAt: undoneBy,
  };
}

/** Restores the old configuration now; if the router does not answer, its timer does. */
export async function rollBack(
  router: ManagedRouter,
  applying: PendingChange,
  why: string,
  ports: PushPorts,
): Promise<RouterOutcome> {
  const { undoneBy, state } = applying;
  ports.log.warn(`Rolling back ${router.name}: ${why}`, { router: router.name });
  const answer = await undo(router, applying, ports);
  const end = outcomeOf(answer, router.name);
  if (end?.end === 'undone')
    return { end: 'undone', says: `${router.name}: ${why}. It runs its old configuration again.` };
  if (end !== undefined) return { ...end, says: `${router.name}: ${why}. ${end.says}` };
  const busy = answer.outcome === 'busy';
  // Its timer has failed before.
  if (state === 'broken') {
    const says = `${router.name}: ${why}. It does not answer now (${textOf(answer)}); when it last did, it ran parts of both configurations, and its timer keeps trying to restore the old one. If it stays silent, replace its instance (docs/runbook.md, "A router that is broken").`;
    return { end: 'unknown', says, busy };
  }
  const until = utcTime(undoneBy);
  return {
    end: 'unknown',
    says: `${router.name}: ${why}. It does not answer now (${textOf(answer)}); if it applied the new configuration, it runs the old one again by ${until}.`,
    revertsAt: undoneBy,
    busy,
  };
}
