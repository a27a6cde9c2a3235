import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ApiAnswer, RequestSigner } from '#aws/signed-request.ts';

const MINUTE_MS = 60_000;
const FORBIDDEN = { status: 403, body: { message: 'Forbidden' } };

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Sends a request to an API whose clock differs from this computer's; as API Gateway does, it accepts 5 minutes. */
async function sendTo(
  aheadMs: number,
  permits = true,
  signer = new RequestSigner(),
): Promise<{ answer: ApiAnswer; signedAt: string[] }> {
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
  const url = `http://127.0.0.1:${await portOf(server)}/v1/sites/tokyo/status`;
  try {
    const answer = await signer.send({ method: 'POST', url, region: 'ap-northeast-1', body: {}, timeoutMs: 10_000 });
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

  it('has the credentials that were fetched for an earlier one; after 403 they are fetched again', async () => {
    let fetched = 0;
    const [AccessKeyId, SecretAccessKey, Token] = ['AKIAIOSFODNN7EXAMPLE', 'secret', 'token'];
    const server = createServer((_, response) => {
      fetched += 1;
      const Expiration = new Date(Date.now() + 60 * MINUTE_MS).toISOString();
      response.end(JSON.stringify({ AccessKeyId, SecretAccessKey, Token, Expiration }));
    });
    onTestFinished(() => void server.close());
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `http://127.0.0.1:${await portOf(server)}/`);
    const signer = new RequestSigner();
    for (let count = 0; count < 3; count += 1) expect((await sendTo(0, true, signer)).answer.status).toBe(200);
    expect(fetched).toBe(1);
    expect((await sendTo(0, false, signer)).answer.status).toBe(403);
    expect((await sendTo(0, true, signer)).answer.status).toBe(200);
    expect(fetched).toBe(2);
  });
});
