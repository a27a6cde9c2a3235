/** What the operator's commands need of the world besides streams. Handed in, so that a test needs no AWS and no clock. */

import type { StoredSecret } from '#aws/parameters.ts';
import type { SecretValue } from '#aws/secret-value.ts';

export interface Environment {
  /** Invokes a site's function and waits for its answer. `callFault` names what it throws. */
  invoke(call: Call): Promise<unknown>;
  /** SSM parameters of a region, by name; those that are not there are left out. */
  readSecrets(
    region: string,
    names: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, StoredSecret>>;
  /** Makes a SecureString; false: there is one of that name already. */
  createSecret(region: string, name: string, value: SecretValue, signal: AbortSignal | undefined): Promise<boolean>;
  /** A new id for an act. */
  newId(): string;
  /** ms since the epoch. */
  now(): number;
  /** Resolves after so many ms, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** Who runs the command, as it shall stand in the history: `user@host`. */
  readonly user: string;
}

export interface Call {
  readonly functionName: string;
  readonly region: string;
  readonly payload: unknown;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}
