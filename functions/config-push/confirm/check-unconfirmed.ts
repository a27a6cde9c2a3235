import type { UnconfirmedRequest } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { routerNamed } from '#failover/site.ts';
import { utcTime } from '#failover/utc-time.ts';
import { minUnconfirmedMs, undoWithinMs } from '../limits/time-budget.ts';
import type { PushPorts } from '../ports.ts';
import { awaitingConfirmation, type RouterOutcome } from '../router/router-outcome.ts';
import { endedState } from '../router/router-states.ts';
import { readRunningConfig } from '../router/running-config.ts';
import { endUnconfirmed, nothingUnconfirmed } from './end-unconfirmed.ts';

/**
 * Does a router still wait for confirmation, with enough time left on its timer? Only the router knows, so it is
 * asked. A router that no longer waits is rolled back, which settles its outcome.
 */
export async function checkUnconfirmed({ id, router }: UnconfirmedRequest, ports: PushPorts): Promise<PushResult> {
  const last = await ports.pushes.journal();
  const managed = routerNamed(ports.site, router);
  const { applying } = last ?? {};
  if (last?.id !== id || applying?.router !== router || managed === undefined)
    return nothingUnconfirmed(last, { id, router }, ports);
  const running = readRunningConfig(await ports.showConfig(managed));
  if ('why' in running) return resultOf(silent(router, running.why, applying.undoneBy));
  const { push } = running;
  const leftMs = push?.id === applying.attempt && push.state === 'applied' ? (push.undoInS ?? 0) * 1000 : 0;
  // Its timer could expire between two confirmations: one end would keep the new configuration and the other would
  // not.
  if (leftMs < minUnconfirmedMs(ports)) return endUnconfirmed({ action: 'undo', id, router }, ports);
  return resultOf(awaitingConfirmation(router, ports.now() + leftMs + undoWithinMs(applying.commands, ports)));

  function resultOf(end: RouterOutcome & { readonly end: 'held' | 'unknown' }): PushResult {
    return {
      outcome: end.end,
      reason: `router-${end.end}`,
      says: end.says,
      site: ports.site.name,
      router,
      remaining: [router, ...(applying?.others ?? [])],
      routers: [endedState(router, end, { name: router, runs: 'old', boots: 'old' })],
    };
  }
}

function silent(router: string, why: string, revertsAt: number): RouterOutcome & { readonly end: 'unknown' } {
  const until = utcTime(revertsAt);
  return {
    end: 'unknown',
    says: `${router} did not report whether its new configuration still waits for confirmation (${why}); unless it is confirmed, it runs its old one by ${until}.`,
    revertsAt,
  };
}
