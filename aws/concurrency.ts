import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { BOUNDED_DESK } from './bounds.ts';

/** How many environments Lambda runs at once for the account in a Region. */
export interface Concurrency {
  readonly limit: number;
  /** What is left for functions that reserve none. */
  readonly unreserved: number;
}

/** @throws the SDK's error */
export async function concurrencyOf(region: string, signal?: AbortSignal): Promise<Concurrency> {
  const { AccountLimit } = await new LambdaClient({ ...BOUNDED_DESK, region }).send(
    new GetAccountSettingsCommand({}),
    signal && { abortSignal: signal },
  );
  return {
    limit: AccountLimit?.ConcurrentExecutions ?? 0,
    unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0,
  };
}
