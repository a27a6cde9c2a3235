import type { PushJournal } from '#aws/push-store.ts';
import { routerNamed } from '#failover/site.ts';
import { rememberPushed, takeBack } from './push-router.ts';
import type { PushResult } from './result.ts';
import type { PushTools } from './tools.ts';

/**
 * An earlier run may have died while a router had a new configuration that nobody confirmed. It is taken back, so that
 * everything begins with a configuration that somebody has vouched for; if it was confirmed, that is written down.
 *
 * @returns why a push cannot begin: nobody can say what the router has
 */
export async function settleInterrupted(
  last: PushJournal | undefined,
  tools: PushTools,
): Promise<PushResult | undefined> {
  const { applying } = last ?? {};
  const router = applying && routerNamed(tools.site, applying.router);
  if (last === undefined || applying === undefined || router === undefined) return undefined;
  const why = `the push of ${last.by} stopped midway`;
  const { end, says } = await takeBack(router, applying.attempt, applying.undoneBy, why, tools);
  tools.log.warn(says, { push: last.id });
  if (end === 'confirmed') await rememberPushed(router.name, applying.lines, last.id, tools);
  if (end === 'undone' || end === 'confirmed') return undefined;
  // Its timer has brought the old configuration back, or it has rebooted into it; whether it answers is asked next.
  if (end === 'unknown' && tools.now() > applying.undoneBy) return undefined;
  return {
    outcome: 'refused',
    reason: `router-${end}`,
    says: `${says} Nothing was changed.`,
    site: tools.site.name,
    router: router.name,
    remaining: [],
  };
}
