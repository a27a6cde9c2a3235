import { Done } from '#contracts/done.ts';
import type { SiteRequest } from '#contracts/route-swap-requests.ts';
import { SiteStatus } from '#contracts/site-status.ts';
import type { Cli } from '../../cli.ts';
import type { ActionOptions } from '../../options.ts';
import { saysAndHint } from '../../output/command-error.ts';
import { type ExitCode, exitCodes } from '../../output/exit-codes.ts';
import { writeJson } from '../../output/json.ts';
import { confirm, requirePromptOrYes } from '../../prompt.ts';
import { FaultError } from '../../transport/fault-error.ts';
import { invokeAction } from '../../transport/invoke-action.ts';
import { invokeSite, type SiteRef } from '../../transport/invoke-site.ts';
import { type SettingView, showSetting } from '../../views/setting-view.ts';
import { type SiteView, siteView } from '../../views/site-view.ts';

/** A change of a site's stored settings. It moves no routes. */
interface SettingChange {
  readonly action: 'pause' | 'resume' | 'acknowledge' | 'maintenance';
  /** The request to route-swap. */
  readonly request: SiteRequest;
  /** The change, as a sentence without its period. */
  readonly would: string;
  /** Why a rule does not permit it, in sentences. */
  readonly refuse?: (status: SiteStatus) => string | undefined;
  /** A warning to show before the confirmation. */
  readonly warn?: (site: SiteView) => string | undefined;
  /** The reason why nothing is to be done. */
  readonly already?: (site: SiteView) => string | undefined;
}

/** Query the site → ask for confirmation → change → print. The query shows before the question that the site answers. */
export async function changeSetting(
  siteRef: SiteRef,
  setting: SettingChange,
  options: Omit<ActionOptions, 'reason'>,
  cli: Cli,
): Promise<ExitCode> {
  const { io } = cli;
  const { nextCommand } = cli.environment;
  requirePromptOrYes(options, io);
  const { name } = siteRef.site;
  const status = await readStatus(siteRef, setting, options, cli);
  const site = status && siteView(siteRef, status, nextCommand);
  const print = (outcome: SettingView['outcome'], says: string): ExitCode => {
    const view = { site: name, action: setting.action, dryRun: options.dryRun === true, outcome, says };
    if (options.json === true) writeJson(io.stdout, setting.action, view);
    else io.stdout.write(`${showSetting(view, cli.colours())}\n`);
    return outcome === 'declined' || outcome === 'refused' ? exitCodes.notDone : exitCodes.done;
  };
  const already = site && setting.already?.(site);
  if (already !== undefined) return print('already', already);
  const refusal = status && setting.refuse?.(status);
  if (refusal !== undefined) {
    const refused = print('refused', refusal);
    io.stderr.write(`next: ${site?.next ?? nextCommand('explain', name)}\n`);
    return refused;
  }
  const warning = site && setting.warn?.(site);
  if (warning !== undefined) io.stderr.write(`warning: ${warning}\n`);
  if (options.dryRun === true) return print('planned', `${setting.would}.`);
  if (!(await confirm(`${setting.would}?`, options, io))) return print('declined', 'Nothing was changed.');
  const done = await invokeAction(siteRef, setting.request, Done, cli);
  const ended = print('done', done.says);
  io.stderr.write(`next: ${nextCommand('status', name)}\n`);
  return ended;
}

/**
 * An order needs no view of the site: it is how an operator stops a swap while EC2 does not answer.
 *
 * @returns undefined: route-swap answers, and cannot observe the site
 */
async function readStatus(
  siteRef: SiteRef,
  { action }: SettingChange,
  { dryRun }: Pick<ActionOptions, 'dryRun'>,
  { io, environment }: Cli,
): Promise<SiteStatus | undefined> {
  try {
    return await invokeSite(siteRef, { action: 'status' }, SiteStatus, { environment, signal: io.signal });
  } catch (error) {
    const isAnswered = error instanceof FaultError && error.fault === 'function-failed';
    if (!isAnswered || dryRun === true) throw error;
    const { says } = saysAndHint(error.message);
    io.stderr.write(`warning: the site's condition is unknown (${says}). ${action} does not depend on it\n`);
    return undefined;
  }
}
