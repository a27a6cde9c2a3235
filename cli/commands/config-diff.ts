import type { PushPlan } from '#contracts/push-plan.ts';
import { findRouter } from '#vyos/find-router.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import type { Colours } from '../output/colours.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { askForPlan } from '../push/requests.ts';
import { describeInterrupted } from '../push/show-plans.ts';
import { refusalOf } from '../push/site-view-before.ts';
import { namedOnce, requireTopologyText, topologyOption } from '../topology-file.ts';
import { orUsageError } from '../usage-error.ts';
import { type RouterDiffView, routerDiffView, showRouterDiff } from '../views/config-view.ts';

interface Options {
  readonly topology?: string;
  readonly router: string;
  readonly json?: boolean;
}

/**
 * `config diff [FILE] --router NAME`: what a router runs beside what it should; exit code 3 where they differ, 1 where
 * nobody could look.
 */
export const configDiff: AddCommand = (program, cli) => {
  const command = group(program, 'config', 'Configure', 'the routers’ configuration')
    .command('diff')
    .description('Compare what one router runs with what the topology says. Changes nothing, and shows no secret.')
    .argument('[FILE]', 'the topology; the same as --topology FILE')
    .option(...topologyOption)
    .requiredOption('--router <NAME>', 'whose configuration')
    .option('--json', 'one JSON object on stdout')
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        const { topology, text } = await requireTopologyText(namedOnce(argument, options.topology), cli.io);
        const { site } = orUsageError(() => findRouter(topology, options.router));
        const plan = await askForPlan({ topology, site }, { text, overrides: [] }, cli);
        const found = plan.routers.find(({ name }) => name === options.router);
        if (found === undefined) return exitCodes.failed;
        const view = diffView(routerDiffView(found, plan), plan);
        if (options.json === true) writeJson(cli.io.stdout, 'config-diff', { site: site.name, ...view });
        else cli.io.stdout.write(`${showDiff(view, cli.colours())}\n`);
        return exitCodeOf(view);
      }),
    );
  examples(command, [
    'vyos-failover config diff topology.yaml --router tokyo-1',
    'vyos-failover config diff topology.yaml --router tokyo-1 --json | jq -r ".commands[]"',
  ]);
};

interface DiffView extends RouterDiffView {
  /** What a push would say now instead of pushing; null: it would push. */
  readonly refusal: { readonly reason: string; readonly says: string } | null;
  /** Sentences: an earlier push that has not come to its end. */
  readonly interrupted: readonly string[];
}

function diffView(view: RouterDiffView, plan: PushPlan): DiffView {
  const { reason, says } = refusalOf(plan) ?? {};
  const refusal = reason === undefined || says === undefined ? null : { reason, says };
  return { ...view, refusal, interrupted: describeInterrupted(plan).map((each) => `${each}.`) };
}

function showDiff(view: DiffView, colours: Colours): string {
  const { refusal, problem, interrupted } = view;
  const isNew = refusal !== null && refusal.says !== problem?.says;
  return [
    showRouterDiff(view, colours),
    ...interrupted.map((says) => `  note: ${says}`),
    ...(isNew ? [`  note: a push would be refused now: ${refusal.says}.`] : []),
  ].join('\n');
}

/**
 * It differs as well where it boots with something else, or nobody could read with what; and nobody calls a router well that a
 * push has left between two configurations.
 */
function exitCodeOf({ different, bootsWithIt, revertsAt, problem, refusal }: DiffView): ExitCode {
  if (different === null) return exitCodes.failed;
  const isHindered = problem !== null || refusal !== null;
  return different || isHindered || bootsWithIt !== true || revertsAt !== null ? exitCodes.attention : exitCodes.done;
}
