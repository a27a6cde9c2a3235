import { callFault } from '#aws/call-fault.ts';
import { apiUrlParameter } from '#contracts/site-api.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { explainApiFault } from './explain-api-fault.ts';
import type { Invoker, SiteRef } from './site-ref.ts';

/**
 * The URL of a site's API for viewers and operators; undefined: it is bypassed, or an earlier version is deployed.
 *
 * @throws CommandError (exit code 1) with the cause and a hint, if the parameter cannot be read
 */
export async function apiUrlOf(
  { topology, site }: SiteRef,
  { environment, signal }: Invoker,
): Promise<string | undefined> {
  const parameter = apiUrlParameter(topology, site);
  try {
    return await environment.apiUrl(site.region, parameter, signal);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const { message, name } = error as Error;
    const target = `the SSM parameter ${parameter}`;
    const about = {
      site: site.name,
      region: site.region,
      target,
      isForOperators: false,
      next: environment.nextCommand,
    };
    const why = callFault(error) === 'other' ? `${name}: ${message}` : message;
    throw new CommandError(exitCodes.failed, explainApiFault(callFault(error), about, why), { cause: error });
  }
}
