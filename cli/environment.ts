/** What commands need besides streams: AWS, a clock and ids. Passed in, so that tests need neither AWS nor time. */

import type { StoredSecret } from '#aws/parameters.ts';
import type { SecretValue } from '#aws/secret-value.ts';

export interface Environment {
  /** Invokes a site's function and waits for its answer. `callFault` classifies what it throws. */
  invoke(call: Call): Promise<unknown>;
  /** SSM parameters of a region, by name. Missing ones are left out. */
  readSecrets(
    region: string,
    names: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, StoredSecret>>;
  /** Creates a SecureString. False: the name already exists. */
  createSecret(region: string, name: string, value: SecretValue, signal: AbortSignal | undefined): Promise<boolean>;
  /** A new id for an action. */
  newId(): string;
  /** ms since the epoch. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** The operator, as recorded in the history: `user@host`. */
  readonly user: string;
}

export interface Call {
  readonly functionName: string;
  readonly region: string;
  readonly payload: unknown;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}
