/**
 * The part of the HTTP API of operators that config-push answers, for its two ends. All of it is POST: a request has the topology in its
 * body, and `plan` alone changes nothing. Paths and keys are only ever added.
 */
import type { ConfigPushRequest, SentConfigPushRequest } from './push-request.ts';
import type { SiteHttpRequest } from './site-api.ts';

type Action = ConfigPushRequest['action'];

/** Below `/v1/sites/{site}/`. */
const PATHS = {
  plan: 'config/plan',
  push: 'config/push',
  held: 'config/held',
  confirm: 'config/confirm',
  undo: 'config/undo',
  settle: 'config/settle',
  install: 'programs/install',
} as const satisfies Record<Action, string>;

export const CONFIG_PUSH_PATHS = Object.values(PATHS);

const ACTIONS: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  Object.entries(PATHS).map(([action, path]) => [`POST /v1/sites/{site}/${path}`, action]),
);

/** The HTTP request for a request to config-push. @param request its own id */
export function configPushHttpRequest(site: string, request: string, sent: SentConfigPushRequest): SiteHttpRequest {
  const { action, ...content } = sent;
  return { method: 'POST', path: `/v1/sites/${site}/${PATHS[action]}`, body: { request, ...content } };
}

/** The request to config-push, to be validated; undefined: another route. @param routeKey `POST /v1/sites/{site}/config/push` */
export function configPushRequestIn(
  routeKey: string,
  { request, ...content }: Readonly<Record<string, unknown>>,
): { readonly request: unknown; readonly sent: object } | undefined {
  const action = ACTIONS[routeKey];
  return action === undefined ? undefined : { request, sent: { ...content, action } };
}
