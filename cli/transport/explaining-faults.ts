import { type CallFault, callFault } from '#aws/call-fault.ts';
import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { printable } from '../output/printable.ts';
import { LOG_IN, noCredentials } from './no-credentials.ts';
import { retryHint } from './retry-hint.ts';

/** A service of a Region that the command line calls itself. */
export interface CalledService {
  readonly service: 'SSM' | 'CloudFormation' | 'DynamoDB' | 'EC2' | 'SNS' | 'Lambda' | 'CloudWatch' | 'Service Quotas';
  readonly region: string;
  /** What to do if the call is not permitted. */
  readonly grant: string;
  /** What to do if what the call names does not exist. Default: that of any other error. */
  readonly find?: string;
}

/** Calls a service. @throws CommandError (exit code 1) with the Region, the cause and a hint, if the call fails */
export async function explainingFaults<T>(
  { service, region, grant, find }: CalledService,
  { io }: Pick<Cli, 'io'>,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (io.signal?.aborted === true) throw error;
    const { name, message } = error as Error;
    const fault = callFault(error);
    const hint =
      {
        ...HINTS,
        ...(REFUSED_KEYS.test(name) && { credentials: refusedKeys(region) }),
        denied: grant,
        'not-deployed': find,
      }[fault] ?? retryHint(error);
    const says =
      fault === 'credentials'
        ? noCredentials(message)
        : `the call to ${service} in ${region} failed: ${name}: ${printable(message)}`;
    throw new CommandError(exitCodes.failed, `${says}\n    hint: ${hint}`, { cause: error });
  }
}

/** Keys that the Region does not know: they are wrong, or the [account has not enabled it](https://repost.aws/knowledge-center/iam-validate-access-credentials). */
const REFUSED_KEYS = /^(AuthFailure|InvalidClientTokenId|UnrecognizedClientException)$/;

function refusedKeys(region: string): string {
  return `${LOG_IN}; the same is answered where the account has not enabled ${region} (aws account get-region-opt-status --region-name ${region})`;
}

const HINTS: Readonly<Partial<Record<CallFault, string>>> = {
  credentials: LOG_IN,
  unreachable: 'check the network, AWS_ENDPOINT_URL, and the regions of the sites in the topology',
};
