import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from '#emulator/account.ts';
import { defaultAccountId } from '#emulator/ec2/fixture.ts';
import type { Guests } from '#emulator/ec2/guests.ts';
import { type LocalServer, serveLocally, splitTarget } from '#emulator/http.ts';
import type { Clock } from '#emulator/service.ts';
import { documentAt, type RoleCredentials } from './documents.ts';
import { Tokens } from './tokens.ts';

export interface MetadataOptions {
  readonly account: Account;
  readonly clock: Clock;
  /** EC2's instances: `createEc2(…).guests`. */
  readonly guests: Guests;
  /** Of the instance's role; undefined: the path answers 404. */
  readonly credentialsFor: (region: string, instanceId: string) => RoleCredentials | undefined;
}

export interface Metadata {
  /** `http://127.0.0.1:<port>` of one instance: what 169.254.169.254 is inside it. Undefined: no such instance. */
  url(region: string, instanceId: string): string | undefined;
  /** Starts it for an instance, or finds the one that serves. Returns its URL. */
  serve(region: string, instanceId: string): Promise<string>;
  /** Ends that of an instance. */
  end(region: string, instanceId: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * The instance metadata service of the account's instances, each on a port of its own; version 2 only: without a session token
 * every GET is 401. It does not answer (the connection breaks) while the guest is not there to ask.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export async function startMetadata(options: MetadataOptions): Promise<Metadata> {
  const instances = Object.entries(options.account.regions).flatMap(([region, { instances: all }]) =>
    all.map(({ id }) => ({ region, id })),
  );
  const servers = new Map<string, LocalServer>();
  const serve = async (region: string, id: string): Promise<string> => {
    const known = servers.get(`${region}/${id}`);
    if (known !== undefined) return known.url;
    const tokens = new Tokens(options.clock);
    const server = await serveLocally(async (request, response) =>
      answer(request, response, { ...options, tokens, region, id }),
    );
    servers.set(`${region}/${id}`, server);
    return server.url;
  };
  for (const { region, id } of instances) await serve(region, id);
  return {
    serve,
    async end(region, id) {
      const server = servers.get(`${region}/${id}`);
      servers.delete(`${region}/${id}`);
      await server?.close();
    },
    url: (region, id) => servers.get(`${region}/${id}`)?.url,
    close: async () => {
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  {
    account,
    clock,
    guests,
    credentialsFor,
    tokens,
    region,
    id,
  }: MetadataOptions & { tokens: Tokens; region: string; id: string },
): void {
  const guest = guests.find(region, id);
  if (guest === undefined || !guest.responsive) {
    response.destroy();
    return;
  }
  const { path } = splitTarget(request);
  const header = (name: string) => request.headers[name]?.toString();
  if (path === '/latest/api/token') {
    sendToken(request, response, tokens.issue(header('x-aws-ec2-metadata-token-ttl-seconds')), header);
    return;
  }
  if (!tokens.isValid(header('x-aws-ec2-metadata-token'))) return end(response, 401, '');
  if (request.method !== 'GET') return end(response, 405, '');
  const credentials = () => credentialsFor(region, id);
  const text = documentAt(path, guest, { account: account.id ?? defaultAccountId, credentials, now: clock.now() });
  end(response, text === undefined ? 404 : 200, text ?? '');
}

/** A request that came through a proxy gets no token: the header gives it away. */
function sendToken(
  request: IncomingMessage,
  response: ServerResponse,
  token: string | undefined,
  header: (name: string) => string | undefined,
): void {
  if (header('x-forwarded-for') !== undefined) return end(response, 403, '');
  if (request.method !== 'PUT') return end(response, 405, '');
  if (token === undefined) return end(response, 400, '');
  response.setHeader('x-aws-ec2-metadata-token-ttl-seconds', header('x-aws-ec2-metadata-token-ttl-seconds') ?? '');
  end(response, 200, token);
}

function end(response: ServerResponse, status: number, text: string | Buffer): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
}
