import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ApiAnswer, sendSigned } from '#aws/signed-request.ts';

const MINUTE_MS = 60_000;
const FORBIDDEN = { status: 403, body: { message: 'Forbidden' } };

/** Sends a request to an API whose clock differs from this computer's; as API Gateway does, it accepts 5 minutes. */
async function sendTo(aheadMs: number, permits = true): Promise<{ answer: ApiAnswer; signedAt: string[] }> {
  const signedAt: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const now = Date.now() + aheadMs;
    const date = String(request.headers['x-amz-date']);
    signedAt.push(date);
    const signed = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
    const isCurrent = Math.abs(signed - now) <= 5 * MINUTE_MS;
    const isOfDay = String(request.headers.authorization).includes(`/${date.slice(0, 8)}/`);
    const { status, body } = permits && isCurrent && isOfDay ? { status: 200, body: { state: 'ended' } } : FORBIDDEN;
    response.writeHead(status, { date: new Date(now).toUTCString() }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/sites/tokyo/status`;
  try {
    const answer = await sendSigned({ method: 'POST', url, region: 'ap-northeast-1', body: {}, timeoutMs: 10_000 });
    return { answer, signedAt };
  } finally {
    server.close();
  }
}

describe('a signed request', () => {
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  });
  afterEach(() => void vi.unstubAllEnvs());

  it.each([-30, 10, 24 * 60])('is accepted although this computer is %i minutes behind AWS', async (minutes) => {
    const { answer, signedAt } = await sendTo(minutes * MINUTE_MS);
    expect([answer.status, signedAt.length]).toEqual([200, 2]);
  });

  it('that is not permitted is sent once', async () => {
    const { answer, signedAt } = await sendTo(0, false);
    expect([answer, signedAt.length]).toEqual([FORBIDDEN, 1]);
  });
});
