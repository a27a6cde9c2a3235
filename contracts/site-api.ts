/**
 * The HTTP API of viewers and operators, for its two ends: which request to route-swap is which HTTP request. API Gateway verifies the
 * signature of each. Paths and keys are only ever added.
 */
import type { MoveRequest, SiteRequest } from './route-swap-requests.ts';

/** What viewers and operators ask of route-swap. What they ask of config-push: `config-push-api.ts`. */
export type OperatorRequest = MoveRequest | SiteRequest;

/** Below `/v1/sites/{site}/`. GET: requests that change nothing, for viewers. */
export const VIEW_PATHS = [
  'status',
  'history',
  'rehearsal',
  'examination',
  'plan',
  'results/{id}',
  'requests/{id}',
] as const;
/** POST: for operators, answered by route-swap. */
export const ACT_PATHS = ['switchover', 'failback', 'pause', 'resume', 'acknowledge', 'maintenance', 'drills'] as const;

/** The SSM parameter with the URL of a site's API for viewers and operators. */
export function apiUrlParameter(topology: { readonly name: string }, site: { readonly name: string }): string {
  return `/vyos-failover/${topology.name}/${site.name}/api-url`;
}

/** Of a site's API: path with query, and the body as a value. */
export interface SiteHttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The HTTP request for a request to route-swap. */
export function httpRequestOf(site: string, request: OperatorRequest): SiteHttpRequest {
  const get = (path: (typeof VIEW_PATHS)[number] | `results/${string}` | `requests/${string}`, query: Query = {}) =>
    ({ method: 'GET', path: `/v1/sites/${site}/${path}${queryText(query)}` }) as const;
  const post = (path: (typeof ACT_PATHS)[number], body: Readonly<Record<string, unknown>>) =>
    ({ method: 'POST', path: `/v1/sites/${site}/${path}`, body }) as const;
  const { action: _, ...content } = request;
  switch (request.action) {
    case 'status':
      return get('status');
    case 'history':
      return get('history', { limit: request.limit, id: request.id });
    case 'rehearse':
      return get('rehearsal');
    case 'examine':
      return get('examination');
    case 'result':
      return get(`results/${encodeURIComponent(request.id)}`);
    case 'request':
      return get(`requests/${encodeURIComponent(request.id)}`);
    case 'switchover':
    case 'failback': {
      const { dryRun, overrides = [], by: _by, ...move } = request;
      if (dryRun !== true) return post(request.action, content);
      return get('plan', { ...move, overrides: overrides.length === 0 ? undefined : overrides.join(',') });
    }
    case 'pause':
    case 'resume':
    case 'acknowledge':
    case 'maintenance':
      return post(request.action, content);
    case 'record-drill':
      return post('drills', content);
  }
}

/**
 * A switchover that is only planned, as its order is sent: API Gateway requires the permission of the order. GET `plan` requires that of a
 * viewer. Functions of an earlier version reject the key `planOnly` with 400, so nothing moves there either.
 */
export function plannedOrderOf(
  site: string,
  { to, reason }: Readonly<Required<Pick<MoveRequest, 'to' | 'reason'>>>,
): SiteHttpRequest {
  return { method: 'POST', path: `/v1/sites/${site}/switchover`, body: { to, reason, planOnly: true } };
}

/** A request to the API as API Gateway gives it to a function. */
export interface ReceivedRequest {
  /** `GET /v1/sites/{site}/status` */
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** The parsed body; `{}`: none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The verified requester's name, which takes the place of what the sender states as `by`. */
  readonly by: string;
  /** Id of a move for which the sender chose none. */
  readonly id: string;
}

const VIEWS: Readonly<Record<string, (typeof VIEW_PATHS)[number] | undefined>> = Object.fromEntries(
  VIEW_PATHS.map((path) => [`GET /v1/sites/{site}/${path}`, path]),
);
const ACTS: Readonly<Record<string, (typeof ACT_PATHS)[number] | undefined>> = Object.fromEntries(
  ACT_PATHS.map((path) => [`POST /v1/sites/{site}/${path}`, path]),
);

/** Whether the route's requests change nothing, by their definition. */
export function isViewRoute(routeKey: string | undefined): boolean {
  return VIEWS[routeKey ?? ''] !== undefined;
}

/** Whether the route is of viewers or operators, and not the routers' own. */
export function isOperatorRoute(routeKey: string | undefined): boolean {
  return isViewRoute(routeKey) || ACTS[routeKey ?? ''] !== undefined;
}

/** The request to route-swap, to be validated; undefined: another route. */
export function requestIn({ routeKey, pathParameters, query, body, by, id }: ReceivedRequest): object | undefined {
  switch (VIEWS[routeKey] ?? ACTS[routeKey]) {
    case 'status':
      return { ...query, action: 'status' };
    case 'history':
      return { ...query, ...('limit' in query && { limit: Number(query['limit']) }), action: 'history' };
    case 'rehearsal':
      return { ...query, action: 'rehearse' };
    case 'examination':
      return { ...query, action: 'examine' };
    case 'results/{id}':
      return { ...query, id: pathParameters['id'], action: 'result' };
    case 'requests/{id}':
      return { ...query, id: pathParameters['id'], action: 'request' };
    case 'plan': {
      const { overrides, ...move } = query;
      const rules = typeof overrides === 'string' ? { overrides: overrides.split(',') } : {};
      return { action: 'switchover', id, reason: 'plan', ...move, ...rules, by, dryRun: true };
    }
    case 'switchover':
      return { id, ...orderIn(body), by, action: 'switchover' };
    case 'failback':
      return { id, ...orderIn(body), by, action: 'failback' };
    case 'pause':
      return { ...body, by, action: 'pause' };
    case 'resume':
      return { ...body, by, action: 'resume' };
    case 'acknowledge':
      return { ...body, by, action: 'acknowledge' };
    case 'maintenance':
      return { ...body, by, action: 'maintenance' };
    case 'drills':
      return { ...body, by, action: 'record-drill' };
    case undefined:
      return undefined;
  }
}

/** Nothing moves unless both keys are absent or false; `orderFaultsIn` names what is wrong with them. */
function orderIn({ planOnly = false, dryRun = false, ...order }: ReceivedRequest['body']): object {
  return { ...order, dryRun: planOnly !== false || dryRun !== false };
}

/** The faults of an order that its request to route-swap does not show, because its keys have other names there. Each with its key. */
export function orderFaultsIn({ routeKey, body }: Pick<ReceivedRequest, 'routeKey' | 'body'>): readonly string[] {
  const path = ACTS[routeKey];
  if (path !== 'switchover' && path !== 'failback') return [];
  const { planOnly = false, dryRun = false } = body;
  return [
    ...(typeof planOnly === 'boolean' ? [] : ['planOnly: neither true nor false']),
    // An order that is only to be planned must not be carried out because its key has the name of the command line's option.
    ...(dryRun === false ? [] : ['dryRun: not a key of this request; with "planOnly": true nothing moves']),
  ];
}

type Query = Readonly<Record<string, string | number | undefined>>;

function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`],
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
}
