/** Options that name the two ends of a measurement between hosts. */
import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';

export function instanceOption(text: string): string {
  if (/^i-[0-9a-f]{8,17}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be an instance id, such as i-0a1b2c3d4e5f60041.');
}

export function addressOption(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new InvalidArgumentError('It must be an IP address, such as 10.2.0.20.');
}

/**
 * The two hosts of a measurement; undefined: none are named.
 *
 * @throws CommandError (exit code 2) if only one is named
 */
export function requireBothHosts({
  from,
  to,
}: {
  readonly from?: string;
  readonly to?: string;
}): { readonly instance: string; readonly to: string } | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from !== undefined && to !== undefined) return { instance: from, to };
  throw new CommandError(
    exitCodes.usage,
    'packets are measured from one host to another: --from INSTANCE and --to ADDRESS belong together\n' +
      '    hint: name a host in the site that has an SSM agent, and an address at another site that answers pings',
  );
}
