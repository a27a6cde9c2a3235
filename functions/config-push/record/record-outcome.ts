import type { PendingChange } from '#contracts/push-journal.ts';
import type { PushResult } from '#contracts/push-result.ts';
import type { PushPorts } from '../ports.ts';
import type { RouterOutcome } from '../router/router-outcome.ts';
import type { Journal } from './journal.ts';
import { recordPushedConfig } from './record-pushed-config.ts';

/**
 * Records the outcome of a router's step. A change that is still pending stays in the journal for the next run to
 * recover.
 */
export async function recordOutcome(
  { end, says, busy = false }: RouterOutcome,
  { router, lines, others }: Pick<PendingChange, 'router' | 'lines' | 'others'>,
  journal: Journal,
  ports: PushPorts,
): Promise<Omit<PushResult, 'routers'>> {
  const about = { says, site: ports.site.name, router };
  if (end === 'confirmed') {
    await recordPushedConfig(router, lines, journal.entry.id, ports);
    const done = [...new Set([...journal.entry.done, router])];
    await journal.recordResult({ applying: undefined, done, finished: others.length === 0 });
    return { ...about, outcome: 'pushed', reason: 'pushed', remaining: others };
  }
  await closePendingChange(end, journal);
  return { ...about, outcome: end, reason: busy ? 'router-busy' : `router-${end}`, remaining: [router, ...others] };
}

/**
 * Removes a change that has ended; keeps one that has not, with the outcome that the history has. A broken router that is silent is still
 * broken.
 */
export async function closePendingChange(end: RouterOutcome['end'], journal: Journal): Promise<void> {
  const { applying } = journal.entry;
  if (end === 'held' || applying === undefined) return;
  if (end === 'unknown' && applying.state === 'broken') return;
  if (end === 'unknown') await journal.recordResult({ applying: { ...applying, recorded: end } });
  else if (end === 'broken') await journal.recordResult({ applying: { ...applying, state: end, recorded: end } });
  else await journal.recordResult({ applying: undefined });
}
