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

/** The fault behind an error of a call to any service. */
export function callFault(error: unknown): CallFault {
  if (error instanceof FunctionFailed) return 'function-failed';
  const { name = '', code = '', message = '' } = error as { name?: string; code?: string; message?: string };
  if (name === 'ResourceNotFoundException') return 'not-deployed';
  if (DENIED.test(name)) return 'denied';
  if (CREDENTIALS.test(name)) return 'credentials';
  if (isThrottling(error)) return 'throttled';
  if (/requestTimeout/.test(message) || CONNECTION_LOST.test(code)) return 'no-answer';
  return UNREACHABLE.test(code) || name === 'TimeoutError' ? 'unreachable' : 'other';
}

/** True: the same request can succeed later. A quota is no throttle, although the SDK repeats `LimitExceededException`. */
export function isThrottling(error: unknown): boolean {
  const { name = '' } = error as { readonly name?: string };
  return THROTTLED.test(name);
}

/**
 * [EC2](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html): `UnauthorizedOperation`;
 * [SNS](https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html): `AuthorizationError`, which the SDK names
 * `AuthorizationErrorException`; the [errors that all Query APIs share](https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html):
 * `AccessDenied`, `AccessDeniedException` and `NotAuthorized`; SSM, DynamoDB, Lambda, EventBridge and Service Quotas:
 * `AccessDeniedException`.
 */
const DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError(Exception)?|NotAuthorized)$/;

/**
 * EC2, and DynamoDB for an account: `RequestLimitExceeded`; DynamoDB for a table: `ProvisionedThroughputExceededException`; Lambda and
 * Service Quotas: `TooManyRequestsException`; the others `Throttling`, `ThrottlingException`, `Throttled`, `ThrottledException`,
 * `RequestThrottled` (the references above, the error classes of the SDK's clients, and the
 * [list of the SDK](https://github.com/smithy-lang/smithy-typescript/blob/main/packages/service-error-classification/src/constants.ts)).
 */
const THROTTLED =
  /Throttl|^(TooManyRequests(Exception)?|RequestLimitExceeded|BandwidthLimitExceeded|PriorRequestNotComplete|ProvisionedThroughputExceededException|SlowDown|TransactionInProgressException)$/;

/** There are no credentials, or they have expired or are invalid. */
const CREDENTIALS =
  /^(AuthFailure|CredentialsProviderError|TokenProviderError|UnrecognizedClientException|InvalidSignatureException|InvalidClientTokenId|SignatureDoesNotMatch|(ExpiredToken|MissingAuthenticationToken|IncompleteSignature)(Exception)?)$/;

/** After the connection was made: the request may have arrived. */
const CONNECTION_LOST = /^(ECONNRESET|EPIPE|UND_ERR_(SOCKET|HEADERS_TIMEOUT|BODY_TIMEOUT))$/;
const UNREACHABLE = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/;
