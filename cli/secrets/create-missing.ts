import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { randomSecret } from './random-secret.ts';
import { explainingSsmFaults, type SecretStatus } from './read-secrets.ts';

/**
 * Creates a secret in each region that lacks it: with the value that another region has, else with a new one. If only
 * some regions succeed, the next run copies the value to the others.
 *
 * @throws CommandError (exit code 1) if a region cannot be reached, or another process created the secret first
 */
export async function createMissing(secret: SecretStatus, cli: Cli): Promise<SecretStatus> {
  const { name, use, regions, missing } = secret;
  const value = secret.from?.value ?? randomSecret(use);
  for (const region of missing) {
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
  return { ...secret, state: 'there', missing: [], from: { region: regions[0] ?? '', value } };
}
