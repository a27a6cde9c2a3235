import { AwsError, type HttpResponse, type Service, type SignedRequest } from '#emulator/service.ts';
import { accountSettings, isAccountSettings } from './account-settings.ts';
import { ConcurrencyExceeded, type LambdaFunction } from './function.ts';
import type { Functions } from './functions.ts';

/**
 * Request and response of a synchronous invocation take at most 6 MB, an asynchronous request 256 KB, in some regions 1 MB:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const LIMIT_BYTES = { RequestResponse: 6 * 1024 * 1024, Event: 256 * 1024 } as const;

/** Lambda's API, as far as functions and operators call it: Invoke and GetAccountSettings. */
export function createLambdaService(functions: Functions): Service {
  const named = (request: SignedRequest): Named => {
    const [, text = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.path) ?? [];
    if (text === '' || request.method !== 'POST') {
      throw new AwsError('UnknownOperationException', `${request.method} ${request.path} is not emulated.`, 404);
    }
    const name = decodeURIComponent(text);
    const [, inName] = /^(?:arn:.*:function:)?[^:]+:([^:]+)$/.exec(name) ?? [];
    const alias = request.query.get('Qualifier') ?? inName;
    const fn = functions.find(request.region, name);
    if (fn !== undefined && alias === undefined) return { fn, arn: fn.settings.arn };
    if (fn !== undefined && alias !== undefined && fn.aliases.has(alias))
      return { fn, alias, arn: `${fn.settings.arn}:${alias}` };
    throw new AwsError('ResourceNotFoundException', `Function not found: ${name} in ${request.region}`, 404);
  };
  return {
    signingName: 'lambda',
    deniedCode: 'AccessDeniedException',
    throttledCode: 'TooManyRequestsException',
    parse(request) {
      if (isAccountSettings(request)) return { action: 'lambda:GetAccountSettings', resources: [], input: {} };
      const { fn, arn } = named(request);
      const input = {
        FunctionName: fn.settings.name,
        InvocationType: request.headers['x-amz-invocation-type'] ?? 'RequestResponse',
      };
      return { action: 'lambda:InvokeFunction', resources: [{ arn }], input };
    },
    async run({ input }, request) {
      if (isAccountSettings(request)) return answer(200, JSON.stringify(accountSettings(functions, request.region)));
      const { fn, alias } = named(request);
      const payload = request.body.length === 0 ? '{}' : request.body.toString();
      checkJson(payload);
      if (input['InvocationType'] === 'DryRun') return answer(204, '');
      const type = input['InvocationType'] === 'Event' ? 'Event' : 'RequestResponse';
      if (request.body.length > LIMIT_BYTES[type])
        throw new AwsError(
          'RequestTooLargeException',
          `${request.body.length} byte payload is too large for the ${type} invocation type (limit ${LIMIT_BYTES[type]} bytes)`,
          413,
        );
      if (type === 'Event') {
        functions.invokeLater(fn, payload);
        return answer(202, '');
      }
      return invoke(functions, fn, payload, alias);
    },
    renderError: (error) => ({
      status: error.status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
      body: JSON.stringify({ Type: 'User', Message: error.message, message: error.message }),
    }),
  };
}

/** What a request invokes. A permission counts for the ARN that it names: with the alias, or without. */
interface Named {
  readonly fn: LambdaFunction;
  readonly alias?: string;
  readonly arn: string;
}

async function invoke(
  functions: Functions,
  fn: LambdaFunction,
  payload: string,
  alias: string | undefined,
): Promise<HttpResponse> {
  try {
    const outcome = await functions.invoke(fn, payload, alias);
    if (Buffer.byteLength(outcome.payload) > LIMIT_BYTES.RequestResponse) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${LIMIT_BYTES.RequestResponse} bytes).`;
      const error = { errorType: 'Function.ResponseSizeTooLarge', errorMessage };
      return answer(200, JSON.stringify(error), { 'x-amz-function-error': 'Unhandled' });
    }
    return answer(200, outcome.payload, outcome.kind === 'ok' ? {} : { 'x-amz-function-error': 'Unhandled' });
  } catch (error) {
    if (error instanceof ConcurrencyExceeded) throw new AwsError('TooManyRequestsException', error.message, 429);
    throw error;
  }
}

function checkJson(payload: string): void {
  try {
    JSON.parse(payload);
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
}

function answer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST', ...headers },
    body,
  };
}
