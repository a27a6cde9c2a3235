import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, serveLocally } from '#emulator/http.ts';

/** One invocation as the runtime sees it. */
interface RuntimeInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  /** JSON. */
  readonly payload: string;
  /** ms since the epoch. */
  readonly deadline: number;
}

/** What makes an environment that of a function. */
export interface EnvironmentStart {
  readonly taskRoot: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Messages of the runtime to the environment. */
interface RuntimeListener {
  /** The runtime requested the next invocation: initialization, or the last invocation, has ended. */
  onNext(): void;
  onResponse(requestId: string, payload: string): void;
  onError(requestId: string, payload: string): void;
  onInitError(payload: string): void;
}

/**
 * The Lambda Runtime API for one execution environment. The real path names no environment, so each has a port of its own.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export interface RuntimeApi {
  /** `127.0.0.1:port`, for `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Answers the runtime's `next`, waiting for it if it has not come yet. */
  give(invocation: RuntimeInvocation): void;
  /** Answers the runtime's `next` in the same way with what it is to start over with, which Lambda never does. */
  startOver(start: EnvironmentStart): void;
  close(): Promise<void>;
}

export async function startRuntimeApi(listener: RuntimeListener): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  let pending: RuntimeInvocation | undefined;
  let pendingStart: EnvironmentStart | undefined;

  const handOver = (): void => {
    if (waiting !== undefined && pendingStart !== undefined) {
      waiting.writeHead(200, { 'content-type': 'application/json', 'emulator-start-over': 'true' });
      waiting.end(JSON.stringify(pendingStart));
      waiting = undefined;
      pendingStart = undefined;
    }
    if (waiting === undefined || pending === undefined) return;
    const { requestId, functionArn, payload, deadline } = pending;
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-invoked-function-arn': functionArn,
      'lambda-runtime-deadline-ms': String(deadline),
      'lambda-runtime-trace-id': `Root=1-${Math.floor(deadline / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)};Sampled=0`,
    });
    waiting.end(payload);
    waiting = undefined;
    pending = undefined;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, requestId = '', what = ''] =
      /^\/2018-06-01\/runtime\/(?:invocation\/)?([^/]+)(?:\/([^/]+))?$/.exec(request.url ?? '') ?? [];
    if (request.method === 'GET' && requestId === 'next') {
      waiting = response;
      // Before it starts over, it is only at the end of its last invocation.
      if (pendingStart === undefined) listener.onNext();
      handOver();
      return;
    }
    const payload = (await readBody(request)).toString();
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (requestId === 'init' && what === 'error') listener.onInitError(payload);
    else if (what === 'response') listener.onResponse(requestId, payload);
    else if (what === 'error') listener.onError(requestId, payload);
  };

  const server = await serveLocally(answer);
  return {
    address: `127.0.0.1:${server.port}`,
    give(invocation) {
      pending = invocation;
      handOver();
    },
    startOver(start) {
      pendingStart = start;
      handOver();
    },
    close: () => server.close(),
  };
}
