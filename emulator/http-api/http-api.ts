import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials, Principal } from '#emulator/credentials.ts';
import { BodyTooLarge, headersOf, type LocalServer, readBody, serveLocally, splitTarget } from '#emulator/http.ts';
import type { Iam } from '#emulator/iam.ts';
import { aliasIn } from '#emulator/lambda/alias-in.ts';
import { ConcurrencyExceeded } from '#emulator/lambda/function.ts';
import type { Functions } from '#emulator/lambda/functions.ts';
import type { Latency } from '#emulator/latency.ts';
import { partitionOf } from '#emulator/partition.ts';
import { AwsError, type HttpResponse, type PutMetric, type RecordHappening } from '#emulator/service.ts';
import { verifySignature, type WireRequest } from '#emulator/sigv4.ts';
import { responseOf, says } from './answer.ts';
import { eventOf } from './event.ts';
import { findRoute, type Match, type Route } from './routes.ts';
import { createTokenBucket } from './token-bucket.ts';

/** API Gateway's limits for HTTP APIs: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
/** The account's quota, where the stage sets none. */
const ACCOUNT_THROTTLE = { rate: 10_000, burst: 5_000 } as const;

export interface HttpApi {
  readonly id: string;
  name: string;
  readonly region: string;
  readonly stackName: string;
  /** `http://127.0.0.1:port`, no slash at the end. */
  readonly url: string;
  /** As in templates and outputs: `https://<id>.execute-api.<region>.<suffix of the partition>`. */
  readonly publicUrl: string;
  /** Throws for one whose key exists. */
  addRoute(route: Route): void;
  removeRoute(key: string): void;
  /** Only `$default` is served; throttle in requests a second. */
  setStage(stage: { readonly name: string; readonly rate?: number; readonly burst?: number }): void;
  removeStage(): void;
  close(): Promise<void>;
}

export interface HttpApiEdges {
  readonly accountId: string;
  readonly credentials: Credentials;
  readonly iam: Iam;
  readonly functions: Functions;
  readonly latency: Latency;
  readonly record: RecordHappening;
  readonly putMetric: PutMetric;
  readonly now: () => number;
}

/** Opens the API's own port. Until a stage exists, everything is 404. */
export async function startHttpApi(
  { id, name, region, stackName }: Pick<HttpApi, 'id' | 'name' | 'region' | 'stackName'>,
  edges: HttpApiEdges,
): Promise<HttpApi> {
  let routes: Route[] = [];
  let stage: { readonly name: string; take(): boolean } | undefined;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await edges.latency.connected(request.socket, 'execute-api', region);
    const at = edges.now();
    const started = performance.now();
    await edges.latency.spend({ service: 'execute-api', operation: 'Invoke', region }, at);
    const target = splitTarget(request);
    const wire = { method: request.method ?? 'GET', ...target, headers: headersOf(request) };
    const { answer, caller, reason, body = '' } = await serve(request, wire);
    response
      .writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
      .end(answer.body);
    const ms = performance.now() - started;
    measure(answer.status, ms);
    edges.record({
      kind: 'http-api',
      at,
      ms,
      region,
      method: wire.method,
      path: wire.path,
      caller,
      status: answer.status,
      body,
      ...(reason && { reason }),
    });
  };

  const serve = async (request: IncomingMessage, wire: Omit<WireRequest, 'body'>): Promise<Served> => {
    const body = await readBody(request, BODY_LIMIT_BYTES).catch((error: unknown) => {
      if (error instanceof BodyTooLarge) return undefined;
      throw error;
    });
    if (body === undefined) return refused(413, 'Request Entity Too Large', `larger than ${BODY_LIMIT_BYTES} bytes`);
    const match = findRoute(routes, wire.method, wire.path);
    if (match === undefined || stage === undefined) return refused(404, 'Not Found', 'no route');
    if (!stage.take()) return refused(429, 'Too Many Requests', "beyond the stage's throttle");
    const signed = { ...wire, body };
    const who = match.route.authorization === 'AWS_IAM' ? await authorize(signed, stage.name) : undefined;
    if (who !== undefined && 'reason' in who) return { answer: says(403, 'Forbidden'), body: String(body), ...who };
    const served = await integrate(
      signed,
      match,
      who?.principal,
      stage.name,
      request.socket.remoteAddress ?? '127.0.0.1',
    );
    return { caller: who?.principal.caller.arn ?? 'anonymous', body: String(body), ...served };
  };

  const authorize = async (
    request: WireRequest,
    stageName: string,
  ): Promise<{ principal: Principal } | { reason: string; caller: string }> => {
    const verdict = verifySignature(request, edges.credentials, Date.now());
    if (!verdict.ok) return { reason: verdict.says, caller: 'anonymous' };
    const { principal } = verdict;
    const caller = principal.caller.arn;
    if (verdict.service !== 'execute-api' || verdict.region !== region) {
      return {
        reason: `Credential should be scoped to ${region}/execute-api, not ${verdict.region}/${verdict.service}.`,
        caller,
      };
    }
    if (principal.caller.isAdmin) return { principal };
    const resource = `arn:${partitionOf(region).name}:execute-api:${region}:${edges.accountId}:${id}/${stageName}/${request.method}${request.path}`;
    const reason = await edges.iam.refusal(principal.caller, { action: 'execute-api:Invoke', resource });
    return reason === undefined ? { principal } : { reason, caller };
  };

  const integrate = async (
    request: WireRequest,
    match: Match,
    principal: Principal | undefined,
    stageName: string,
    sourceIp: string,
  ): Promise<Omit<Served, 'caller' | 'body'>> => {
    const { functions } = edges;
    const fail = (status: number, reason: string) => ({ answer: says(status, STATUS_MESSAGES[status] ?? ''), reason });
    const { functionArn } = match.route.integration;
    const fn = functions.find(region, functionArn);
    const alias = aliasIn(functionArn);
    if (fn === undefined || (alias !== undefined && !fn.aliases.has(alias)))
      return fail(500, `There is no function ${functionArn}.`);
    const refusal = await functions.refusal(
      fn,
      'apigateway.amazonaws.com',
      sourceArn(edges.accountId, region, id, stageName, match.route.key),
      alias,
    );
    if (refusal !== undefined) return fail(500, refusal);
    const context = {
      match,
      principal,
      apiId: id,
      accountId: edges.accountId,
      region,
      stage: stageName,
      sourceIp,
      now: edges.now(),
    };
    try {
      const outcome = await within(
        match.route.integration.timeoutMs,
        functions.invoke(fn, JSON.stringify(eventOf(request, context)), alias),
      );
      if (outcome === undefined)
        return fail(503, `The function did not answer in ${match.route.integration.timeoutMs / 1000} s.`);
      const answer = outcome.kind === 'ok' ? responseOf(outcome.payload) : undefined;
      return answer === undefined ? fail(500, `The function failed: ${outcome.payload.slice(0, 500)}`) : { answer };
    } catch (error) {
      if (error instanceof ConcurrencyExceeded) return fail(503, `The function is throttled: ${error.message}`);
      throw error;
    }
  };

  const measure = (status: number, ms: number): void => {
    const put = (metric: string, value: number) =>
      edges.putMetric({ region, namespace: 'AWS/ApiGateway', name: metric, value, dimensions: { ApiId: id } });
    put('Count', 1);
    put('Latency', ms);
    put('4xx', status >= 400 && status < 500 ? 1 : 0);
    put('5xx', status >= 500 ? 1 : 0);
  };

  const server: LocalServer = await serveLocally(handle, { opened: (socket) => edges.latency.opened(socket) });
  return {
    id,
    name,
    region,
    stackName,
    url: server.url,
    publicUrl: `https://${id}.execute-api.${region}.${partitionOf(region).suffix}`,
    addRoute(route) {
      if (routes.some(({ key }) => key === route.key))
        throw new AwsError('ConflictException', `Route with key ${route.key} already exists for this API`, 409);
      routes.push(route);
    },
    removeRoute: (key) => void (routes = routes.filter((route) => route.key !== key)),
    removeStage() {
      stage = undefined;
    },
    setStage({ name: stageName, rate = ACCOUNT_THROTTLE.rate, burst = ACCOUNT_THROTTLE.burst }) {
      if (stageName !== '$default') throw new Error(`Only the stage $default is emulated, not "${stageName}".`);
      stage = { name: stageName, ...createTokenBucket(rate, burst, edges.now) };
    },
    close: () => server.close(),
  };
}

interface Served {
  readonly answer: HttpResponse;
  /** ARN, or `anonymous`. */
  readonly caller: string;
  readonly reason?: string;
  /** As text; undefined: it was not looked at. */
  readonly body?: string;
}

const STATUS_MESSAGES: Readonly<Record<number, string>> = { 500: 'Internal Server Error', 503: 'Service Unavailable' };

function refused(status: number, message: string, reason: string): Served {
  return { answer: says(status, message), caller: 'anonymous', reason };
}

/** The ARN on whose behalf API Gateway invokes: with the route's template, not the path of the request. */
function sourceArn(accountId: string, region: string, apiId: string, stage: string, routeKey: string): string {
  const [method = '', template = ''] = routeKey.split(' ');
  return `arn:${partitionOf(region).name}:execute-api:${region}:${accountId}:${apiId}/${stage}/${method === 'ANY' ? '*' : method}${template}`;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
