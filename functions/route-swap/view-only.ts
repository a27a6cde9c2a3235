import { changesNothing, MoveRequest, SiteRequest } from '#contracts/route-swap-requests.ts';
import { isViewRoute } from '#contracts/site-api.ts';
import * as z from '#contracts/validation.ts';
import { isViewAlias, VIEW_ALIAS } from '#contracts/view-alias.ts';
import { isHttp } from '#functions/http.ts';

const ViewRequest = z.union([MoveRequest, SiteRequest]);

/**
 * Refuses what a viewer may not do.
 *
 * @throws Error if the function was invoked by its alias for viewers with anything but a request that changes nothing
 */
export function refuseChangesOfViewers(payload: unknown, invokedFunctionArn: string): void {
  if (!isViewAlias(invokedFunctionArn)) return;
  if (isHttp(payload) && isViewRoute(payload.routeKey)) return;
  const { success, data } = z.safeParse(ViewRequest, payload);
  if (success && changesNothing(data)) return;
  throw new Error(
    `The alias "${VIEW_ALIAS}" of route-swap accepts status, history, rehearse, examine, result, request and dry runs only. ` +
      'To change the site, invoke the function itself, which requires lambda:InvokeFunction on it.',
  );
}
