import type { MoveRequest } from '#contracts/route-swap-requests.ts';
import { plannedOrderOf } from '#contracts/site-api.ts';
import * as z from '#contracts/validation.ts';
import { apiUrlOf } from './api-url.ts';
import { FaultError } from './fault-error.ts';
import { answerWithinMs, invokeVerbatim, routeSwapOf } from './invoke-site.ts';
import { apiError, sendToApi } from './send-to-api.ts';
import type { Invoker, SiteRef } from './site-ref.ts';

/**
 * Requires that the caller may order a switchover, for procedures that only a switchover ends. The order is sent as it would be, and only
 * planned; whatever the site's function answers but 403, the caller may send it.
 *
 * @throws FaultError if the caller may not, or if that is not known
 */
export async function requireSwitchoverPermission(
  siteRef: SiteRef,
  order: Readonly<Required<Pick<MoveRequest, 'id' | 'to' | 'by' | 'reason'>>>,
  by: Invoker,
): Promise<void> {
  const url = await apiUrlOf(siteRef, by);
  if (url === undefined) return invokePlanned(siteRef, order, by);
  const { site } = siteRef;
  const api = { url, siteRef, withinMs: answerWithinMs(site) };
  const reply = await sendToApi(api, plannedOrderOf(site.name, order), by);
  if ('fault' in reply && (reply.fault !== 'function-failed' || reply.status === 403)) throw apiError(api, reply, by);
}

/** Never by the alias for viewers, which accepts a dry run too. */
async function invokePlanned(
  siteRef: SiteRef,
  order: Readonly<Record<'id' | 'to' | 'by' | 'reason', string>>,
  by: Invoker,
): Promise<void> {
  const request = { action: 'switchover', ...order, overrides: [], dryRun: true };
  try {
    await invokeVerbatim(siteRef, request, z.unknown(), by, routeSwapOf(siteRef));
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault !== 'function-failed') throw error;
  }
}
