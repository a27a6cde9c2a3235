import type { PendingChange } from '#contracts/push-journal.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { rememberPushed } from '../confirm/confirm-or-roll-back.ts';
import type { PushTools } from '../ports.ts';
import type { RouterEnd } from '../router/router-outcome.ts';
import type { Journal } from './journal.ts';

/** Writes down how a router came out of its step. What may still change stays in the journal: whoever comes next settles it. */
export async function writeDown(
  { end, says, busy = false }: RouterEnd,
  { router, lines, others }: Pick<PendingChange, 'router' | 'lines' | 'others'>,
  journal: Journal,
  tools: PushTools,
): Promise<Omit<PushResult, 'routers'>> {
  const about = { says, site: tools.site.name, router };
  if (end === 'confirmed') {
    await rememberPushed(router, lines, journal.entry.id, tools);
    const done = [...new Set([...journal.entry.done, router])];
    await journal.record({ applying: undefined, done, finished: others.length === 0 });
    return { ...about, outcome: 'pushed', reason: 'pushed', remaining: others };
  }
  await noteEnd(end, journal);
  return { ...about, outcome: end, reason: busy ? 'router-busy' : `router-${end}`, remaining: [router, ...others] };
}

/** What is over goes; what is not stays, with what the history has of it. */
export async function noteEnd(end: RouterEnd['end'], journal: Journal): Promise<void> {
  const { applying } = journal.entry;
  if (end === 'held' || applying === undefined) return;
  if (end === 'unknown') await journal.record({ applying: { ...applying, recorded: end } });
  else if (end === 'broken') await journal.record({ applying: { ...applying, state: end, recorded: end } });
  else await journal.record({ applying: undefined });
}
