import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { randomSecret } from './random-secret.ts';
import { explainingSsmFaults, type SecretStatus } from './read-secrets.ts';

/**
 * Makes a secret in each region that it is missing in: with the value of those that have it, else with a new one. Where it
 * is made in some of them only, asking again copies it to the rest.
 *
 * @throws CommandError (exit code 1) where a region cannot be asked, or somebody else was faster
 */
export async function createMissing(secret: SecretStatus, cli: Cli): Promise<SecretStatus> {
  const { name, use, regions, missing } = secret;
  const value = secret.from?.value ?? randomSecret(use);
  for (const region of missing) {
    const made = await explainingSsmFaults(region, cli, () =>
      cli.environment.createSecret(region, name, value, cli.io.signal),
    );
    if (!made) {
      throw new CommandError(
        exitCodes.failed,
        `${name}: somebody has made it in ${region} meanwhile\n    hint: vyos-failover secrets check says whether all regions have the same`,
      );
    }
    cli.io.stderr.write(`${name}: made in ${region}\n`);
  }
  return { ...secret, state: 'there', missing: [], from: { region: regions[0] ?? '', value } };
}
