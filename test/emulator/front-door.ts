import { headersOf, readBody, serveLocally, splitTarget } from '#emulator/http.ts';
import { type ApiCall, AwsError, type HttpResponse, type Service, type SignedRequest } from '#emulator/service.ts';

export interface FrontDoor {
  /** What an SDK client needs to talk to the service, in `region`. */
  client(region?: string): {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  /** Calls as the service parsed them, oldest first. */
  readonly calls: ApiCall[];
  /** Changes every later call before it runs, as fault injection does. */
  alter(change: Partial<ApiCall>): void;
  close(): Promise<void>;
}

/** The services on one port, without signatures and IAM: only wire and behaviour are in question. */
export async function openFrontDoor(...services: readonly Service[]): Promise<FrontDoor> {
  const calls: ApiCall[] = [];
  let altered: Partial<ApiCall> = {};
  const server = await serveLocally(async (incoming, outgoing) => {
    const { path, rawQuery } = splitTarget(incoming);
    const headers = headersOf(incoming);
    const [, , region = '', signingName = ''] =
      /Credential=([^,]*)/.exec(headers['authorization'] ?? '')?.[1]?.split('/') ?? [];
    const request: SignedRequest = {
      method: incoming.method ?? '',
      path,
      query: new URLSearchParams(rawQuery),
      headers,
      body: await readBody(incoming),
      region,
      caller: {
        accountId: '123456789012',
        arn: 'arn:aws:iam::123456789012:user/tester',
        roleArn: undefined,
        sessionName: 'tester',
        isAdmin: true,
      },
    };
    const service = services.find((each) => each.signingName === signingName);
    const answer = service ? await answerOf(service, request) : { status: 404, headers: {}, body: '' };
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  });

  async function answerOf(service: Service, request: SignedRequest): Promise<HttpResponse> {
    try {
      const call = { ...service.parse(request), ...altered };
      calls.push(call);
      service.admit?.(call, request);
      return await service.run(call, request);
    } catch (error) {
      if (error instanceof AwsError) return service.renderError(error, request);
      throw error;
    }
  }

  return {
    client: (region = 'ap-northeast-1') => ({
      endpoint: server.url,
      region,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
    }),
    calls,
    alter: (change) => {
      altered = change;
    },
    close: () => server.close(),
  };
}
