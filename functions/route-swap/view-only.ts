import { changesNothing, MoveRequest, SiteRequest, VIEW_ALIAS } from '#contracts/route-swap-requests.ts';
import { isViewRoute } from '#contracts/site-api.ts';
import * as z from '#contracts/validation.ts';
import { isHttp } from '#functions/http.ts';

const ViewRequest = z.union([MoveRequest, SiteRequest]);

/**
 * Refuses what a viewer may not do. The alias is the last part of a qualified ARN
 * (`context.invokedFunctionArn`: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html).
 *
 * @throws Error if the function was invoked by its alias for viewers with anything but a request that changes nothing
 */
export function refuseChangesOfViewers(payload: unknown, invokedFunctionArn: string): void {
  if (invokedFunctionArn.split(':')[7] !== VIEW_ALIAS) return;
  if (isHttp(payload) && isViewRoute(payload.routeKey)) return;
  const { success, data } = z.safeParse(ViewRequest, payload);
  if (success && changesNothing(data)) return;
  throw new Error(
    `The alias "${VIEW_ALIAS}" of route-swap accepts status, history, rehearse, examine, result, request and dry runs only. ` +
      'To change the site, invoke the function itself, which requires lambda:InvokeFunction on it.',
  );
}
