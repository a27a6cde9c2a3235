import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readBody } from '#emulator/http.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html: "can't exceed 4096 bytes". */
const MOST_BYTES = 4096;
const PATH = '/cloudformation-custom-resource-response/';

const responseSchema = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().default(''),
  PhysicalResourceId: z.string().optional(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  Data: z.record(z.string(), z.unknown()).default({}),
});

export type CustomResponse = z.infer<typeof responseSchema>;

/** Requests to custom resources that wait for an answer. */
export interface CustomRequests {
  /** Opens a URL that takes one answer, by PUT. `answer` resolves when it came; a body that is no answer is a failed one. */
  open(): { readonly requestId: string; readonly url: string; readonly answer: Promise<CustomResponse> };
  /** Whether the path is of such a URL. */
  isAnswer(path: string): boolean;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** @param endpoint URL of the server whose requests `handle` gets */
export function createCustomRequests(endpoint: string): CustomRequests {
  const waiting = new Map<string, (response: CustomResponse) => void>();
  return {
    open() {
      const requestId = randomUUID();
      const { promise, resolve } = Promise.withResolvers<CustomResponse>();
      waiting.set(requestId, resolve);
      return { requestId, url: `${endpoint}${PATH}${requestId}`, answer: promise };
    },
    isAnswer: (path) => path.startsWith(PATH),
    async handle(request, response) {
      const requestId = (request.url ?? '').slice(PATH.length).split('?')[0] ?? '';
      const answer = waiting.get(requestId);
      const isTaken = request.method === 'PUT' && answer !== undefined;
      const body = await readBody(request);
      response.writeHead(isTaken ? 200 : 403).end();
      if (!isTaken) return;
      waiting.delete(requestId);
      answer(parsed(body, requestId));
    },
  };
}

function parsed(body: Buffer, requestId: string): CustomResponse {
  const failed = (Reason: string): CustomResponse => ({
    Status: 'FAILED',
    Reason,
    PhysicalResourceId: undefined,
    StackId: '',
    RequestId: requestId,
    LogicalResourceId: '',
    Data: {},
  });
  if (body.length > MOST_BYTES) return failed('Response object is too long.');
  try {
    const result = responseSchema.safeParse(JSON.parse(body.toString()));
    return result.success ? result.data : failed(`Invalid response object: ${z.prettifyError(result.error)}`);
  } catch {
    return failed('Invalid response object: it is not JSON.');
  }
}
