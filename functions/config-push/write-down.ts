import type { Applying } from '#aws/push-store.ts';
import type { Journal } from './journal.ts';
import { type RouterEnd, rememberPushed } from './push-router.ts';
import type { PushResult } from './result.ts';
import type { PushTools } from './tools.ts';

/** Writes down how a router came out of its step. What may still change stays in the journal: whoever comes next settles it. */
export async function writeDown(
  { end, says }: RouterEnd,
  { router, lines, others }: Pick<Applying, 'router' | 'lines' | 'others'>,
  journal: Journal,
  tools: PushTools,
): Promise<PushResult> {
  const about = { says, site: tools.site.name, router };
  if (end === 'confirmed') {
    await rememberPushed(router, lines, journal.entry.id, tools);
    const done = [...journal.entry.done, router];
    await journal.note({ applying: undefined, done, finished: others.length === 0 });
    return { ...about, outcome: 'pushed', reason: 'pushed', remaining: others };
  }
  if (end !== 'unknown' && end !== 'held') await journal.note({ applying: undefined });
  return { ...about, outcome: end, reason: `router-${end}`, remaining: [router, ...others] };
}
