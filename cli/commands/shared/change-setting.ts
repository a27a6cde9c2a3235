import { Done } from '#contracts/done.ts';
import type { SiteRequest } from '#contracts/route-swap-requests.ts';
import { SiteStatus } from '#contracts/site-status.ts';
import type { Cli } from '../../cli.ts';
import type { ActionOptions } from '../../options.ts';
import { type ExitCode, exitCodes } from '../../output/exit-codes.ts';
import { writeJson } from '../../output/json.ts';
import { confirm, requirePromptOrYes } from '../../prompt.ts';
import { invokeAction } from '../../transport/invoke-action.ts';
import { invokeSite, type SiteRef } from '../../transport/invoke-site.ts';
import { type SettingView, showSetting } from '../../views/setting-view.ts';
import { type SiteView, siteView } from '../../views/site-view.ts';

/** An act that sets something in the site's memory, and moves nothing. */
export interface SettingChange {
  readonly action: 'pause' | 'resume' | 'maintenance';
  /** What route-swap is asked. */
  readonly request: SiteRequest;
  /** What it would do, as a sentence without its full stop. */
  readonly would: string;
  /** What somebody should know before saying yes. */
  readonly warn?: (site: SiteView) => string | undefined;
  /** There is nothing to do, and why. */
  readonly already?: (site: SiteView) => string | undefined;
}

/** Look → question → act → sentence. The look is what tells whether anybody is there before the question is asked. */
export async function changeSetting(
  siteRef: SiteRef,
  setting: SettingChange,
  options: Omit<ActionOptions, 'reason'>,
  cli: Cli,
): Promise<ExitCode> {
  const { io, environment } = cli;
  requirePromptOrYes(options, io);
  const site = siteView(
    siteRef,
    await invokeSite(siteRef, { action: 'status' }, SiteStatus, { environment, signal: io.signal }),
  );
  const tell = (outcome: SettingView['outcome'], says: string): ExitCode => {
    const view = { site: site.name, action: setting.action, dryRun: options.dryRun === true, outcome, says };
    if (options.json === true) writeJson(io.stdout, setting.action, view);
    else io.stdout.write(`${showSetting(view, cli.colours())}\n`);
    return outcome === 'declined' ? exitCodes.notDone : exitCodes.done;
  };
  const already = setting.already?.(site);
  if (already !== undefined) return tell('already', already);
  const warning = setting.warn?.(site);
  if (warning !== undefined) io.stderr.write(`warning: ${warning}\n`);
  if (options.dryRun === true) return tell('planned', `${setting.would}.`);
  if (!(await confirm(`${setting.would}?`, options, io))) return tell('declined', 'Nothing was done.');
  const done = await invokeAction(siteRef, setting.request, Done, cli);
  const ended = tell('done', done.says);
  io.stderr.write(`next: vyos-failover status ${site.name}\n`);
  return ended;
}
