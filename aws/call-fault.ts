import { FunctionFailed } from './function-failed.ts';

/** Why a call to a function gave no answer, as far as the caller can do something about it. */
export type CallFault =
  /** The function itself ended with an error: it was called, and may have acted. */
  | 'function-failed'
  | 'not-deployed'
  | 'denied'
  | 'credentials'
  | 'throttled'
  /** No connection. */
  | 'unreachable'
  /** Connected, and no answer in time: it may have acted. */
  | 'no-answer'
  | 'other';

/** The fault behind an error of `invokeFunction`. */
export function callFault(error: unknown): CallFault {
  if (error instanceof FunctionFailed) return 'function-failed';
  const { name = '', code = '', message = '' } = error as { name?: string; code?: string; message?: string };
  if (name === 'ResourceNotFoundException') return 'not-deployed';
  if (name.startsWith('AccessDenied') || name === 'UnauthorizedOperation') return 'denied';
  if (CREDENTIALS.test(name)) return 'credentials';
  if (name === 'TooManyRequestsException') return 'throttled';
  if (/requestTimeout/.test(message) || CONNECTION_LOST.test(code)) return 'no-answer';
  return UNREACHABLE.test(code) || name === 'TimeoutError' ? 'unreachable' : 'other';
}

/** There are no credentials, or they have expired or are invalid. */
const CREDENTIALS =
  /^(AuthFailure|CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|UnrecognizedClientException|InvalidSignatureException|InvalidClientTokenId|MissingAuthenticationTokenException|IncompleteSignatureException|SignatureDoesNotMatch)$/;

/** After the connection was made: the request may have arrived. */
const CONNECTION_LOST = /^(ECONNRESET|EPIPE|UND_ERR_(SOCKET|HEADERS_TIMEOUT|BODY_TIMEOUT))$/;
const UNREACHABLE = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/;
