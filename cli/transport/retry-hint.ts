import { isThrottling } from '#aws/call-fault.ts';

/** What to do after an error of AWS about which nothing else is known: repeat the call only if it can then succeed. */
export function retryHint(error: unknown): string {
  return isRefused(error) ? 'AWS refused this request; correct what its message names' : 'try again';
}

/** True: the same request is refused again. Throttled requests have a status of 4xx as well. */
function isRefused(error: unknown): boolean {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && !isThrottling(error);
}
