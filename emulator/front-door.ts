import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from './credentials.ts';
import type { Fault, Faults } from './faults.ts';
import { headersOf, readBody, splitTarget } from './http.ts';
import type { Iam } from './iam.ts';
import type { Latency } from './latency.ts';
import {
  type ApiCall,
  AwsError,
  type Clock,
  type HttpResponse,
  type RecordHappening,
  type Service,
  type SignedRequest,
} from './service.ts';
import { type SignatureFault, type Verdict, verifySignature } from './sigv4.ts';

interface FrontDoorEdges {
  readonly services: readonly Service[];
  readonly credentials: Credentials;
  readonly iam: Iam;
  readonly faults: Faults;
  readonly latency: Latency;
  readonly clock: Clock;
  readonly record: RecordHappening;
}

/** An answer, or the connection cut in its place. */
type Answer = HttpResponse | 'cut';

/**
 * One URL for all AWS services: which one, and in which region, is in the signature's credential scope. Every call goes
 * signature → parse → latency → faults → throttle → IAM → service, and into the timeline.
 */
export function createFrontDoor(
  edges: FrontDoorEdges,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const services = new Map(edges.services.map((service) => [service.signingName, service]));

  return async (request, response) => {
    const receivedAt = edges.clock.now();
    const wire = {
      method: request.method ?? 'GET',
      ...splitTarget(request),
      headers: headersOf(request),
      body: await readBody(request),
    };
    const verdict = verifySignature(wire, edges.credentials, Date.now());
    const service = services.get(verdict.service ?? '');
    const connectsAt = edges.clock.now();
    if (service !== undefined)
      await edges.latency.connected(request.socket, service.signingName, verdict.region ?? 'unknown');
    // The request of a connection that is only now complete comes later.
    const at = receivedAt + edges.clock.now() - connectsAt;
    const { rawQuery, ...rest } = wire;
    const answer =
      service === undefined
        ? noService(verdict, [...services.keys()])
        : verdict.ok
          ? await serve(
              service,
              {
                ...rest,
                query: new URLSearchParams(rawQuery),
                region: verdict.region,
                caller: verdict.principal.caller,
              },
              at,
              edges,
            )
          : unsigned(service, verdict, { ...rest, query: new URLSearchParams(rawQuery) }, edges);
    if (answer === 'cut') {
      request.socket.destroy();
      return;
    }
    response
      .writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
      .end(answer.body);
  };
}

/** @param at when the request arrived, ms since the epoch */
async function serve(service: Service, request: SignedRequest, at: number, edges: FrontDoorEdges): Promise<Answer> {
  const started = performance.now() - (edges.clock.now() - at);
  let call: ApiCall = { action: `${service.signingName}:?`, resources: [], input: {} };
  const record = (error?: string): void =>
    edges.record({
      kind: 'call',
      at,
      ms: performance.now() - started,
      service: service.signingName,
      action: bareAction(call),
      region: request.region,
      caller: request.caller.arn,
      input: call.recorded ?? call.input,
      ...(error !== undefined && { error }),
    });
  try {
    call = service.parse(request);
    const latency = edges.latency.call(service.signingName, bareAction(call), at);
    await latency.wait();
    const faults = await strike(service, call, request, edges);
    service.admit?.(call, request);
    await authorize(service, call, request, edges.iam);
    const stale = faults.find((fault) => fault.kind === 'stale-read');
    const answer = await service.run(stale ? { ...call, staleReads: stale.ms ?? true } : call, request);
    if (faults.length === 0) latency.ended(edges.clock.now());
    const isLost = faults.some(({ kind }) => kind === 'lost-answer');
    record(isLost ? 'the answer was lost' : undefined);
    return isLost ? 'cut' : answer;
  } catch (error) {
    const refusal = error instanceof AwsError ? error : internal(error);
    record(`${refusal.code}: ${refusal.message}`);
    return service.renderError(refusal, request);
  }
}

/** Without the service. */
function bareAction({ action }: ApiCall): string {
  return action.slice(action.indexOf(':') + 1);
}

/** Applies the faults that come before the call. Throws the error of the first that ends it. */
async function strike(
  service: Service,
  call: ApiCall,
  request: SignedRequest,
  edges: FrontDoorEdges,
): Promise<Fault[]> {
  const where = { service: service.signingName, region: request.region, caller: request.caller.arn };
  const faults = edges.faults.strike(call, where);
  for (const fault of faults) {
    edges.record({
      kind: 'fault',
      at: edges.clock.now(),
      region: request.region,
      caller: request.caller.arn,
      fault: fault.kind,
      service: service.signingName,
      action: call.action,
    });
    if (fault.kind === 'latency') await edges.clock.sleep(fault.ms);
  }
  for (const fault of faults) {
    if (fault.kind === 'throttle')
      throw new AwsError(service.throttledCode, 'Rate exceeded', service.signingName === 'ec2' ? 503 : 400);
    if (fault.kind === 'error') throw new AwsError(fault.code, fault.message, fault.status);
    if (fault.kind === 'denied')
      throw denied(
        service,
        `User: ${request.caller.arn} is not authorized to perform: ${call.action} (injected fault)`,
      );
  }
  return faults;
}

async function authorize(service: Service, call: ApiCall, { caller, region }: SignedRequest, iam: Iam): Promise<void> {
  if (caller.isAdmin) return;
  for (const { arn, context } of call.resources) {
    const question = { action: call.action, resource: arn, context: { 'aws:RequestedRegion': region, ...context } };
    const refusal = await iam.refusal(caller, question);
    if (refusal !== undefined) throw denied(service, refusal);
  }
}

function denied(service: Service, sentence: string): AwsError {
  const isEc2 = service.signingName === 'ec2';
  const isJson = service.deniedCode.endsWith('Exception');
  return new AwsError(
    service.deniedCode,
    isEc2 ? `You are not authorized to perform this operation. ${sentence}` : sentence,
    isJson ? 400 : 403,
  );
}

function internal(error: unknown): AwsError {
  return new AwsError(
    'InternalFailure',
    `The emulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    500,
  );
}

function unsigned(
  service: Service,
  verdict: Extract<Verdict, { ok: false }>,
  request: Omit<SignedRequest, 'region' | 'caller'>,
  edges: FrontDoorEdges,
): HttpResponse {
  const code = signatureCode(service, verdict.fault);
  const status = service.signingName === 'ec2' ? 401 : BAD_REQUESTS.includes(code) ? 400 : 403;
  const error = new AwsError(code, verdict.says, status);
  const region = verdict.region ?? 'unknown';
  edges.record({
    kind: 'call',
    at: edges.clock.now(),
    ms: 0,
    service: service.signingName,
    action: '?',
    region,
    caller: 'anonymous',
    input: {},
    error: `${error.code}: ${error.message}`,
  });
  const nobody = { accountId: '', arn: 'anonymous', roleArn: undefined, sessionName: '', isAdmin: false };
  return service.renderError(error, { ...request, region, caller: nobody });
}

/** EC2 has one code for all; the Query services, the JSON services and S3 have theirs. */
const SIGNATURE_CODES: Readonly<Record<'ec2' | 'json' | 'query' | 's3', Readonly<Record<SignatureFault, string>>>> = {
  ec2: {
    missing: 'MissingAuthenticationToken',
    incomplete: 'IncompleteSignature',
    'unknown-key': 'AuthFailure',
    'bad-token': 'AuthFailure',
    skewed: 'RequestExpired',
    'unsigned-headers': 'AuthFailure',
    mismatch: 'AuthFailure',
    'no-hash': 'AuthFailure',
    'bad-hash': 'AuthFailure',
  },
  json: {
    missing: 'MissingAuthenticationTokenException',
    incomplete: 'IncompleteSignatureException',
    'unknown-key': 'UnrecognizedClientException',
    'bad-token': 'UnrecognizedClientException',
    skewed: 'InvalidSignatureException',
    'unsigned-headers': 'InvalidSignatureException',
    mismatch: 'InvalidSignatureException',
    'no-hash': 'InvalidSignatureException',
    'bad-hash': 'InvalidSignatureException',
  },
  query: {
    missing: 'MissingAuthenticationToken',
    incomplete: 'IncompleteSignature',
    'unknown-key': 'InvalidClientTokenId',
    'bad-token': 'InvalidClientTokenId',
    skewed: 'SignatureDoesNotMatch',
    'unsigned-headers': 'SignatureDoesNotMatch',
    mismatch: 'SignatureDoesNotMatch',
    'no-hash': 'SignatureDoesNotMatch',
    'bad-hash': 'SignatureDoesNotMatch',
  },
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
  s3: {
    missing: 'AccessDenied',
    incomplete: 'AuthorizationHeaderMalformed',
    'unknown-key': 'InvalidAccessKeyId',
    'bad-token': 'InvalidToken',
    skewed: 'RequestTimeTooSkewed',
    'unsigned-headers': 'AccessDenied',
    mismatch: 'SignatureDoesNotMatch',
    'no-hash': 'InvalidRequest',
    'bad-hash': 'XAmzContentSHA256Mismatch',
  },
};
const BAD_REQUESTS = ['AuthorizationHeaderMalformed', 'InvalidToken', 'InvalidRequest', 'XAmzContentSHA256Mismatch'];

function signatureCode({ signingName, deniedCode }: Service, fault: SignatureFault): string {
  const codes =
    signingName === 'ec2' || signingName === 's3' ? signingName : deniedCode.endsWith('Exception') ? 'json' : 'query';
  return SIGNATURE_CODES[codes][fault];
}

function noService(verdict: Verdict, known: readonly string[]): HttpResponse {
  const isUnsigned = verdict.service === undefined;
  const message = isUnsigned
    ? `${verdict.ok ? '' : verdict.says}. The emulator finds the service by the request's signature: sign it.`
    : `The service "${verdict.service}" is not emulated. There are: ${known.join(', ')}.`;
  const code = isUnsigned ? 'MissingAuthenticationTokenException' : 'UnknownService';
  return {
    status: isUnsigned ? 403 : 404,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}
