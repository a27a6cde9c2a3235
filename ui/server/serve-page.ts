import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { Action } from '../actions.ts';
import type { LiveSource } from '../live-source.ts';
import { streamEvents } from './event-stream.ts';
import { refusalOf } from './guard.ts';
import { buildPage, type PageFile, SECURITY_HEADERS } from './page-files.ts';

export interface ServedPage {
  /** With the token, in the part of the URL that browsers do not send. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** More than any action needs. */
const LONGEST_BODY = 16 * 1024;
const MOST_STREAMS = 20;

/**
 * Serves the live page on 127.0.0.1 (`refusalOf` describes who is answered):
 *
 * - `GET /api/events`: server-sent events `state` (PageState) and `entries` (Entry[])
 * - `POST /api/actions`: an Action; answers an ActionResult
 *
 * @param port 0: any free port
 * @throws Error if the port is taken (`EADDRINUSE`)
 */
export async function servePage(source: LiveSource, port: number): Promise<ServedPage> {
  const token = randomBytes(24).toString('base64url');
  const files = await buildPage();
  const streams = new Set<() => void>();
  const server = createServer((request, response) => {
    const context = { source, files, streams, token, port: (server.address() as AddressInfo).port };
    answer(request, response, context).catch((error: unknown) => {
      if (!response.headersSent) reply(response, 500, { says: String(error) });
      response.end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/#${token}`,
    async close() {
      for (const end of streams) end();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

interface Context {
  readonly source: LiveSource;
  readonly files: ReadonlyMap<string, PageFile>;
  /** Ends each open event stream. */
  readonly streams: Set<() => void>;
  readonly token: string;
  readonly port: number;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { method = 'GET', headers } = request;
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const facts = {
    method,
    path: url.pathname,
    host: headers.host,
    origin: headers.origin,
    contentType: headers['content-type'],
    // EventSource cannot send headers.
    token: headers.authorization?.replace(/^Bearer /, '') ?? url.searchParams.get('token') ?? undefined,
  };
  const refusal = refusalOf(facts, context.port, context.token);
  if (refusal !== undefined) return reply(response, refusal.status, { says: refusal.says });
  const file = context.files.get(url.pathname);
  switch (`${method} ${file === undefined ? url.pathname : 'file'}`) {
    case 'GET file':
      response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': file?.type }).end(file?.body);
      return;
    case 'GET /api/events':
      return stream(response, context);
    case 'POST /api/actions':
      return act(request, response, context.source);
    default:
      return reply(response, 404, { says: `${method} ${url.pathname} does not exist.` });
  }
}

function stream(response: ServerResponse, { source, streams }: Context): void {
  if (streams.size >= MOST_STREAMS) return reply(response, 503, { says: `${MOST_STREAMS} pages are open already.` });
  response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream' });
  const end = streamEvents(source, response);
  streams.add(end);
  response.once('close', () => streams.delete(end));
}

async function act(request: IncomingMessage, response: ServerResponse, source: LiveSource): Promise<void> {
  const read = Action.safeParse(parsed(await bodyOf(request)));
  if (!read.success) return reply(response, 400, { says: z.prettifyError(read.error) });
  if (!source.state().mayOperate)
    return reply(response, 403, { says: 'This page is read-only: it was started without --operate.' });
  reply(response, 200, await source.act(read.data));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_BODY) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(body));
}
