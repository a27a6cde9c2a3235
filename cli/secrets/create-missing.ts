import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { randomSecret } from './random-secret.ts';
import { explainingSsmFaults, type SecretStatus } from './read-secrets.ts';

/** How far the creation of a secret came. */
export interface Creation {
  /** As it is now, as far as it is known. */
  readonly now: SecretStatus;
  /** Why it could not be created in the first of the regions that still lack it; undefined: it is everywhere. */
  readonly failed?: CommandError;
}

/**
 * Creates a secret in each region that lacks it: with the value that another region has, else with a new one. If only
 * some regions succeed, the next run copies the value to the others.
 */
export async function createMissing(secret: SecretStatus, cli: Cli): Promise<Creation> {
  const { name, use, missing } = secret;
  const value = secret.from?.value ?? randomSecret(use);
  for (const [index, region] of missing.entries()) {
    try {
      await createIn(region, { name, value }, cli);
    } catch (error) {
      const failed = failureOf(error, cli);
      const [first] = index > 0 ? missing : [];
      const from = secret.from ?? (first === undefined ? undefined : { region: first, value });
      return { now: { ...secret, missing: missing.slice(index), from }, failed };
    }
  }
  return { now: { ...secret, state: 'there', missing: [] } };
}

/** @throws an error that is a bug */
function failureOf(error: unknown, { io }: Cli): CommandError {
  if (io.signal?.aborted === true) return new CommandError(exitCodes.interrupted, 'Interrupted.', { cause: error });
  if (error instanceof CommandError) return error;
  throw error;
}

/** @throws CommandError (exit code 1) if the region cannot be reached, or another process created the secret first */
async function createIn(
  region: string,
  { name, value }: { readonly name: string; readonly value: ReturnType<typeof randomSecret> },
  cli: Cli,
): Promise<void> {
  const created = await explainingSsmFaults(region, cli, () =>
    cli.environment.createSecret(region, name, value, cli.io.signal),
  );
  if (!created) {
    throw new CommandError(
      exitCodes.failed,
      `${name}: another process created it in ${region} at the same time\n    hint: check that all regions have the same value with ${cli.environment.nextCommand('secrets', 'check')}`,
    );
  }
  cli.io.stderr.write(`${name}: created in ${region}\n`);
}
