import type { UnconfirmedRequest } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { routerNamed } from '#failover/site.ts';
import { utcTime } from '#failover/utc-time.ts';
import { leastHeldMs, undoWithinMs } from '../limits/time-budget.ts';
import type { PushTools } from '../ports.ts';
import { held } from '../push/push-router.ts';
import type { RouterEnd } from '../router/router-outcome.ts';
import { endedState } from '../router/router-states.ts';
import { readRunningConfig } from '../router/running-config.ts';
import { endHeld, nothingHeld } from './end-unconfirmed.ts';

/**
 * Is a router still held, for long enough? The router itself is asked: only its own timer knows how long it has left. One that
 * does not hold it is asked how it ended, which ends it for good.
 */
export async function stillHeld({ id, router }: UnconfirmedRequest, tools: PushTools): Promise<PushResult> {
  const last = await tools.pushes.journal();
  const managed = routerNamed(tools.site, router);
  const { applying } = last ?? {};
  if (last?.id !== id || applying?.router !== router || managed === undefined)
    return nothingHeld(last, { id, router }, tools);
  const running = readRunningConfig(await tools.showConfig(managed));
  if ('why' in running) return resultOf(silent(router, running.why, applying.undoneBy));
  const { push } = running;
  const leftMs = push?.id === applying.attempt && push.state === 'applied' ? (push.undoInS ?? 0) * 1000 : 0;
  // Its timer might act between two confirmations: then one end would have the new configuration, and not the other.
  if (leftMs < leastHeldMs(tools)) return endHeld({ action: 'undo', id, router }, tools);
  return resultOf(held(router, tools.now() + leftMs + undoWithinMs(applying.commands, tools)));

  function resultOf(end: RouterEnd & { readonly end: 'held' | 'unknown' }): PushResult {
    return {
      outcome: end.end,
      reason: `router-${end.end}`,
      says: end.says,
      site: tools.site.name,
      router,
      remaining: [router, ...(applying?.others ?? [])],
      routers: [endedState(router, end, { name: router, runs: 'old', boots: 'old' })],
    };
  }
}

function silent(router: string, why: string, revertsAt: number): RouterEnd & { readonly end: 'unknown' } {
  const until = utcTime(revertsAt);
  return {
    end: 'unknown',
    says: `${router} does not say whether it still holds its new configuration (${why}); unless it is confirmed it has its old one by ${until}.`,
    revertsAt,
  };
}
