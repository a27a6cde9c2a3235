import type { Command } from 'commander';
import { Preview } from '#contracts/preview.ts';
import type { MoveRequest } from '#contracts/route-swap-requests.ts';
import { SwapResult } from '#contracts/swap-result.ts';
import { OVERRIDES, type Override } from '#failover/trigger.ts';
import type { Cli } from '../../cli.ts';
import { type ActionOptions, actionOptions, overrideOption } from '../../options.ts';
import { counted } from '../../output/counted.ts';
import { type ExitCode, exitCodes } from '../../output/exit-codes.ts';
import { writeJson } from '../../output/json.ts';
import { confirm, requirePromptOrYes } from '../../prompt.ts';
import { invokeAction } from '../../transport/invoke-action.ts';
import { invokeSite, type SiteRef } from '../../transport/invoke-site.ts';
import { type MoveView, moveView, showMove } from '../../views/move-view.ts';
import { showSteps, stepViews } from '../../views/replace-calls.ts';

export interface MoveOptions extends ActionOptions {
  readonly override?: readonly Override[];
}

/** The request; the target of a failback follows from the topology. */
interface RouteMove {
  readonly action: 'switchover' | 'failback';
  readonly to: string;
}

/** Options of switchover and failback. */
export function moveOptions(command: Command): Command {
  return actionOptions(command).addOption(
    overrideOption(OVERRIDES, 'override a rule by its name, recorded in the history'),
  );
}

/** Preview → confirmation → move → result, for switchover and failback. */
export async function moveRoutes(
  siteRef: SiteRef,
  { action, to }: RouteMove,
  options: MoveOptions,
  cli: Cli,
): Promise<ExitCode> {
  const { io, environment } = cli;
  requirePromptOrYes(options, io);
  const request: MoveRequest = {
    action,
    id: environment.newId(),
    ...(action === 'switchover' && { to }),
    by: options.by ?? environment.user,
    reason: options.reason,
    overrides: [...(options.override ?? [])],
  };
  const dryRun = { ...request, dryRun: true };
  const preview = await invokeSite(siteRef, dryRun, Preview, { environment, signal: io.signal });
  const about = { site: siteRef.site.name, action, to, id: request.id, steps: stepViews(preview, siteRef.topology) };
  // A real request that is refused would raise an alarm, so a refused preview ends here.
  if (preview.decision.kind !== 'swap' || options.dryRun === true) {
    return print(
      moveView(about, preview, environment.nextCommand, options.dryRun === true, request.overrides),
      options,
      cli,
    );
  }
  io.stderr.write(`${preview.decision.says}\n${showSteps(about.steps, io.stderr.columns)}\n`);
  if (!(await confirm(`Move ${counted(about.steps.length, 'route')} to ${to}?`, options, io))) {
    return print(
      {
        ...moveView(about, preview, environment.nextCommand, true, request.overrides),
        dryRun: false,
        outcome: 'declined',
      },
      options,
      cli,
    );
  }
  const result = await invokeAction(siteRef, request, SwapResult, cli);
  return print(moveView(about, result, environment.nextCommand, false, request.overrides), options, cli);
}

function print(view: MoveView, { json }: MoveOptions, { io, colours }: Cli): ExitCode {
  if (json === true) writeJson(io.stdout, view.action, view);
  else io.stdout.write(`${showMove(view, colours())}\n`);
  if (view.next !== null) io.stderr.write(`next: ${view.next}\n`);
  return exitCodes[EXIT_CODES[view.outcome]];
}

const EXIT_CODES = {
  swapped: 'done',
  already: 'done',
  planned: 'done',
  partial: 'failed',
  refused: 'notDone',
  noted: 'notDone',
  declined: 'notDone',
} as const;
