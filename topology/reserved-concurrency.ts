/**
 * Lambda concurrency that is reserved for config-push of a site: one change at a time, beside it the answers to whoever ends it, and plans.
 * An operator's script cannot use up what the other functions of the account share.
 */
export const PUSH_CONCURRENCY = 5;

/** What a site reserves of its account. @param reservedConcurrency for route-swap; 0: none for any function */
export function reservedFor({ reservedConcurrency }: { readonly reservedConcurrency: number }): {
  readonly routeSwap: number;
  readonly configPush: number;
} {
  return { routeSwap: reservedConcurrency, configPush: reservedConcurrency === 0 ? 0 : PUSH_CONCURRENCY };
}
