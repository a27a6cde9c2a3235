import { createHash, timingSafeEqual } from 'node:crypto';

/** What decides whether the server answers a request. */
export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  /** The Host header. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly contentType: string | undefined;
  /** As the page sent it, in the header Authorization or in the query. */
  readonly token: string | undefined;
}

export interface Refusal {
  readonly status: 401 | 403 | 415 | 421;
  readonly says: string;
}

/**
 * Why a request is not answered; undefined: it is. The server listens on 127.0.0.1, where any web page that a browser of this machine
 * has open can send requests, and any user of this machine:
 *
 * - A page whose name resolves to 127.0.0.1 (DNS rebinding) sends its own name as Host.
 * - A page of another origin sends its Origin. It cannot send JSON without the browser asking first (CORS), which the server never grants.
 * - Everything but the page's own files needs the token, which only the starter of the server gets to see.
 */
export function refusalOf(request: RequestFacts, port: number, token: string): Refusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (request.host === undefined || !hosts.includes(request.host))
    return { status: 421, says: `This server answers to ${hosts.join(' and ')} only.` };
  if (request.origin !== undefined && request.origin !== `http://${request.host}`)
    return { status: 403, says: 'Requests of other web pages are refused.' };
  if (!request.path.startsWith('/api/')) return undefined;
  if (!isSame(request.token ?? '', token))
    return { status: 401, says: 'The token is missing or wrong: open the URL that the command printed.' };
  if (request.method === 'POST' && request.contentType !== 'application/json')
    return { status: 415, says: 'A request body must be application/json.' };
  return undefined;
}

/** Takes the same time wherever the texts differ. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
