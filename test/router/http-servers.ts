import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The port of the client, which tells connections apart. Only the fake API notes it. */
  readonly connection?: number | undefined;
}

/** An HTTP server on a port of 127.0.0.1; `close` also cuts requests that were never answered. */
export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

export type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** @param port default: any free one */
export async function serve(listener: Listener, port = 0): Promise<RunningServer> {
  const server = createServer((request, response) => void listener(request, response)).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export const CREDENTIALS = {
  accessKeyId: 'ASIATESTTESTTESTTEST',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYtestsecret==',
  sessionToken: 'IQoJb3JpZ2luX2VjE/test+session_token-0123456789==',
} as const;

/** The message with which AWS rejects a signature. */
export function repeatedRequest(token: string): string {
  const request = `'POST\n/\n\nhost:example.com\nx-amz-date:20261128T000000Z\nx-amz-security-token:${token}\n'`;
  return `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n${request}`;
}

/** The instance metadata service, version 2 only, as EC2 answers it. `fetches` counts credentials handed out. */
export interface FakeMetadata {
  fetches: number;
  /** Called with each request, before it is answered. */
  onRequest: () => Promise<void>;
  /** False: every request gets 404. */
  hasRole: boolean;
  /** What hosts of AWS end in. */
  domain: string;
}

export function fakeMetadata(): { state: FakeMetadata; listener: Listener } {
  const state: FakeMetadata = { fetches: 0, onRequest: async () => undefined, hasRole: true, domain: 'amazonaws.com' };
  const listener: Listener = async (request, response) => {
    await state.onRequest();
    const route = `${request.method} ${request.url}`;
    const credentials = 'GET /latest/meta-data/iam/security-credentials/';
    if (route === 'PUT /latest/api/token' && request.headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined) {
      response.end('AQAEAtoken-of-this-session==');
    } else if (request.headers['x-aws-ec2-metadata-token'] !== 'AQAEAtoken-of-this-session==') {
      response.writeHead(401).end('<html>Unauthorized</html>');
    } else if (route === 'GET /latest/meta-data/services/domain') {
      response.end(state.domain);
    } else if (route === 'GET /latest/meta-data/placement/region') {
      response.end('ap-northeast-1');
    } else if (route === credentials && state.hasRole) {
      response.end('vyos-router');
    } else if (route === `${credentials}vyos-router` && state.hasRole) {
      state.fetches += 1;
      response.end(credentialsJson());
    } else {
      response.writeHead(404).end('<html>Not Found</html>');
    }
  };
  return { state, listener };
}

/** Laid out as EC2 does it: a line for each key, blanks around the colon. */
function credentialsJson(): string {
  return `{
  "Code" : "Success",
  "LastUpdated" : "2026-11-20T00:00:00Z",
  "Type" : "AWS-HMAC",
  "AccessKeyId" : "${CREDENTIALS.accessKeyId}",
  "SecretAccessKey" : "${CREDENTIALS.secretAccessKey}",
  "Token" : "${CREDENTIALS.sessionToken}",
  "Expiration" : "2026-11-20T06:00:00Z"
}`;
}

/** How the fake API answers one request; an answer that never calls `end` lets the request hang. */
export type Answer = (response: ServerResponse) => void;

export const answerJson =
  (status: number, body: unknown): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

export const SWAPPED = answerJson(200, { outcome: 'swapped', reason: 'reported-by-survivor', says: 'Routes moved.' });

/** What the API says to a contact or a heartbeat. */
export const HEARD = answerJson(200, { outcome: 'noted', reason: 'heard', says: 'tokyo-2 is heard.' });

/** The failover API. `answers` are given in turn; the last one stays. Contacts, which every reconcile makes, are apart. */
export interface FakeApi {
  answers: Answer[];
  readonly requests: ReceivedRequest[];
  contactAnswers: Answer[];
  readonly contacts: ReceivedRequest[];
  /** Called with each request, before it is answered. */
  onRequest: () => Promise<void>;
}

const next = (answers: Answer[]) => (answers.length > 1 ? answers.shift() : answers[0]);

export function fakeApi(): { state: FakeApi; listener: Listener } {
  const state: FakeApi = {
    answers: [SWAPPED],
    requests: [],
    contactAnswers: [HEARD],
    contacts: [],
    onRequest: async () => undefined,
  };
  const listener: Listener = async (request, response) => {
    const body = await text(request);
    const { method = '', url = '', headers } = request;
    const received = { method, path: url, headers, body, connection: request.socket.remotePort };
    if (body.includes('"event":"contact"')) {
      state.contacts.push(received);
      next(state.contactAnswers)?.(response);
      return;
    }
    state.requests.push(received);
    await state.onRequest();
    next(state.answers)?.(response);
  };
  return { state, listener };
}
