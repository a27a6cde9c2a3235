import { type BadRequest, ConfigPushRequest } from '#contracts/push-request.ts';
import * as z from '#contracts/validation.ts';
import type { ManagedSite } from '#failover/site.ts';
import { unknownRouter } from '#functions/unknown-router.ts';

/** @returns a rejection where it is no request: the caller is of another version, or names no router of the site; the function has not failed */
export function parseRequest(payload: unknown, site: ManagedSite): ConfigPushRequest | BadRequest {
  const result = z.safeParse(ConfigPushRequest, payload);
  const fault = result.success ? unknownRouterIn(result.data, site) : z.prettifyError(result.error);
  if (result.success && fault === undefined) return result.data;
  return { outcome: 'bad-request', says: `config-push does not accept this request: ${fault}` };
}

/** A router that a push or an installation is limited to is compared with its plan. */
function unknownRouterIn(request: ConfigPushRequest, site: ManagedSite): string | undefined {
  return 'router' in request ? unknownRouter('router', request.router, site) : undefined;
}
