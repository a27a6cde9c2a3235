import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callFault } from '#aws/call-fault.ts';
import { invokeFunction, type Reach } from '#aws/invoke.ts';

let server: Server;
let listener: RequestListener;

beforeEach(async () => {
  server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const answering = (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener => {
  return (_, response) => response.writeHead(status, headers).end(JSON.stringify(body));
};
const invoke = (timeoutMs = 5_000, reach: Reach = { region: 'eu-west-1' }) =>
  invokeFunction('route-swap', { action: 'status' }, timeoutMs, reach);

/** What a failed invocation is called. */
async function faultOf(invocation: Promise<unknown>): Promise<string> {
  const failed = await invocation.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(Error);
  return callFault(failed);
}

describe('invoking a function', () => {
  it('asks in the given Region, once, and gives its answer', async () => {
    const asked: (string | undefined)[] = [];
    listener = (request, response) => {
      asked.push(request.url, request.headers.authorization?.match(/\/(eu-west-1\/lambda)\//)?.[1]);
      response.end('{"owner":"tokyo-1"}');
    };
    expect(await invoke()).toEqual({ owner: 'tokyo-1' });
    expect(asked).toEqual(['/2015-03-31/functions/route-swap/invocations', 'eu-west-1/lambda']);
  });

  it('carries the message of a function that failed, and not its stack', async () => {
    const error = { errorType: 'Error', errorMessage: 'Unknown router "x".', trace: ['at somewhere'] };
    listener = answering(200, error, { 'x-amz-function-error': 'Unhandled' });
    const invocation = invoke();
    await expect(invocation).rejects.toThrow(/^route-swap failed: Unknown router "x"\.$/);
    expect(await faultOf(invocation)).toBe('function-failed');
  });

  it.each([
    ['ResourceNotFoundException', 404, 'not-deployed'],
    ['AccessDeniedException', 403, 'denied'],
    ['UnrecognizedClientException', 403, 'credentials'],
    ['ExpiredTokenException', 403, 'credentials'],
    ['TooManyRequestsException', 429, 'throttled'],
    ['ServiceException', 500, 'other'],
  ])('names %s, and does not ask twice', async (code, status, fault) => {
    let calls = 0;
    listener = (request, response) => {
      calls++;
      answering(status, { Message: 'no' }, { 'x-amzn-errortype': code })(request, response);
    };
    expect([await faultOf(invoke()), calls]).toEqual([fault, 1]);
  });

  it('gives up on a function that never answers: it may have acted', async () => {
    listener = () => undefined;
    expect(await faultOf(invoke(20))).toBe('no-answer');
  });

  it('gives up on a connection that breaks: it may have acted', async () => {
    listener = (request) => request.socket.destroy();
    expect(await faultOf(invoke())).toBe('no-answer');
  });

  it('reports that no endpoint answers', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    expect(await faultOf(invoke())).toBe('unreachable');
  });

  it('stops waiting when it is aborted', async () => {
    const interrupt = new AbortController();
    listener = () => interrupt.abort();
    await expect(invoke(5_000, { region: 'eu-west-1', signal: interrupt.signal })).rejects.toThrow(/abort/i);
  });
});
