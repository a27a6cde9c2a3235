import { callFault } from '#aws/call-fault.ts';
import type { Topology } from '#topology/topology.ts';
import type { Cli } from './cli.ts';
import { CommandError } from './output/command-error.ts';
import { exitCodes } from './output/exit-codes.ts';
import { printable } from './output/printable.ts';
import { noCredentials } from './transport/no-credentials.ts';

/**
 * Checks that the credentials are of the topology's account, before anything of AWS is read or written. If STS does not answer, a note
 * on stderr says so, and the command continues: an emergency must not wait for it.
 *
 * @throws CommandError (exit code 2) for credentials of another account
 */
export async function requireAccount(
  { name, account, sites: [site] }: Pick<Topology, 'name' | 'account' | 'sites'>,
  { environment, io }: Pick<Cli, 'environment' | 'io'>,
): Promise<void> {
  if (account === undefined || site === undefined) return;
  const actual = await environment.callerAccount(site.region, io.signal).catch((error: unknown) => {
    if (io.signal?.aborted === true) throw error;
    const { name: fault, message } = error as Error;
    const why = callFault(error) === 'credentials' ? noCredentials(message) : `${fault}: ${printable(message)}`;
    io.stderr.write(`note: the account of the credentials was not checked: ${why}\n`);
    return account;
  });
  if (actual === account) return;
  throw new CommandError(
    exitCodes.usage,
    `the credentials are of account ${actual}, and topology ${name} is in account ${account}: nothing was read or changed\n` +
      '    hint: set AWS_PROFILE to a profile of that account, or correct account in the topology',
  );
}
