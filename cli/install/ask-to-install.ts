import { InstallResult } from '#contracts/install-result.ts';
import { RejectedRequest } from '#contracts/push-request.ts';
import * as z from '#contracts/validation.ts';
import { PUSH_ANSWERS_WITHIN_MS } from '#infra/config-push-times.ts';
import { namesOf } from '#infra/names.ts';
import type { Cli } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { printable, printableAnswer } from '../output/printable.ts';
import { invokeVerbatim, type SiteRef } from '../transport/invoke-site.ts';

/** One installation: the same for all of its sites and routers. */
export interface Install {
  readonly id: string;
  readonly by: string;
  readonly overrides: readonly 'paused'[];
  /** Only this router; undefined: both. */
  readonly only: string | undefined;
}

/**
 * Installs on the next router of a site, or asks what would be installed.
 *
 * @throws CommandError (exit code 1) if the deployed function does not accept the request, otherwise as `invokeVerbatim`
 */
export async function askToInstall(
  where: SiteRef,
  { id, by, overrides, only }: Install,
  { io, environment }: Cli,
  { dryRun }: { readonly dryRun: boolean },
): Promise<InstallResult> {
  const { topology, site } = where;
  const request = { action: 'install', id, by, overrides, ...(only !== undefined && { only }), dryRun };
  const answer = z.union([InstallResult, RejectedRequest]);
  const fn = { functionName: namesOf(topology, site).configPush, timeoutMs: PUSH_ANSWERS_WITHIN_MS };
  const given = await invokeVerbatim(where, request, answer, { environment, signal: io.signal }, fn);
  const rejected = z.safeParse(RejectedRequest, given);
  if (!rejected.success) return printableAnswer(given as InstallResult);
  const hint = '    hint: deploy the version that you run, or run the version that is deployed';
  throw new CommandError(exitCodes.failed, `${site.name}: ${printable(rejected.data.says)}\n${hint}`);
}
