import { InstallResult } from '#contracts/install-result.ts';
import type { Cli } from '../cli.ts';
import { askConfigPush } from '../transport/ask-config-push.ts';
import type { SiteRef } from '../transport/invoke-site.ts';

/** One installation: the same for all of its sites and routers. */
export interface Install {
  readonly id: string;
  readonly by: string;
  readonly overrides: readonly 'paused'[];
  /** Only this router; undefined: both. */
  readonly only: string | undefined;
}

/**
 * Installs on the next router of a site, or asks what would be installed. An answer names only the routers that were asked for. Ctrl-C ends
 * only the wait, and the operator is informed.
 *
 * @throws as `askConfigPush`
 */
export async function askToInstall(
  where: SiteRef,
  { id, by, overrides, only }: Install,
  { io, environment, waits }: Cli,
  { dryRun }: { readonly dryRun: boolean },
): Promise<InstallResult> {
  const request = { action: 'install', id, by, overrides, ...(only !== undefined && { only }), dryRun } as const;
  try {
    const answer = await askConfigPush(where, request, InstallResult, { environment, waits, signal: io.signal });
    return only === undefined ? answer : { ...answer, routers: answer.routers.filter(({ name }) => name === only) };
  } catch (error) {
    if (io.signal?.aborted === true && !dryRun)
      io.stderr.write(
        `\nInterrupted. The installation that is under way at ${where.site.name} is finished; the same command then continues with the rest\n`,
      );
    throw error;
  }
}
