import type { PushPlan } from '#contracts/push-plan.ts';
import { findRouter } from '#vyos/find-router.ts';
import { type AddCommand, examples, group } from '../cli.ts';
import { noteOnEmulatedRouters } from '../emulated-aws.ts';
import { jsonOption, topologyArgument, topologyOption } from '../options.ts';
import type { Colours } from '../output/colours.ts';
import { CommandError } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { askForPlan } from '../push/requests.ts';
import { describeInterrupted } from '../push/show-plans.ts';
import { refusalOf } from '../push/site-view-before.ts';
import { namedOnce, requireDeployedTopology, withAddresses } from '../topology-file.ts';
import { orUsageError } from '../usage-error.ts';
import { type RouterDiffView, routerDiffView, showRouterDiff } from '../views/config-view.ts';

interface Options {
  readonly topology?: string;
  readonly router: string;
  readonly json?: boolean;
}

/**
 * `config diff [FILE] --router NAME`: compares a router's running configuration with the topology. Exit code 3: they differ;
 * 1: the router could not be read.
 */
export const configDiff: AddCommand = (program, cli) => {
  const command = group(program, 'config')
    .command('diff')
    .summary('compare a router with the topology')
    .description(
      'Compare the running configuration of a router with the topology. Changes nothing and shows no secrets.',
    )
    .argument(...topologyArgument)
    .option(...topologyOption)
    .requiredOption('--router <NAME>', 'name of the router')
    .option(...jsonOption)
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        const deployed = await requireDeployedTopology(namedOnce(argument, options.topology), cli);
        const { site } = orUsageError(() => findRouter(deployed.topology, options.router));
        const { topology, text } = withAddresses(deployed, cli);
        const plan = await askForPlan({ topology, site }, { text, overrides: [] }, cli);
        const found = plan.routers.find(({ name }) => name === options.router);
        if (found === undefined) throw withoutRouter(site.name, options.router);
        const view = diffView(routerDiffView(found, plan), plan);
        if (options.json === true) writeJson(cli.io.stdout, 'config-diff', { site: site.name, ...view });
        else cli.io.stdout.write(`${showDiff(view, cli.colours())}\n`);
        noteOnEmulatedRouters([found.problem?.reason], cli.io);
        return exitCodeOf(view);
      }),
    );
  examples(command, [
    'vyos-failover config diff topology.yaml --router tokyo-1',
    'vyos-failover config diff topology.yaml --router tokyo-1 --json | jq -r ".commands[]"',
  ]);
};

function withoutRouter(site: string, router: string): CommandError {
  return new CommandError(
    exitCodes.failed,
    `${site}: the answer of config-push has no plan for ${router}\n` +
      '    hint: use the version of vyos-failover that is deployed, or deploy this one',
  );
}

interface DiffView extends RouterDiffView {
  /** The reason why a push would be refused now; null: it would not. */
  readonly refusal: { readonly reason: string; readonly says: string } | null;
  /** Sentences about an earlier push that has not finished. */
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
 * A boot configuration that differs or cannot be read is a difference too. A router that a push has left between two
 * configurations needs attention.
 */
function exitCodeOf({ different, bootsWithIt, revertsAt, problem, refusal }: DiffView): ExitCode {
  if (different === null) return exitCodes.failed;
  const isHindered = problem !== null || refusal !== null;
  return different || isHindered || bootsWithIt !== true || revertsAt !== null ? exitCodes.attention : exitCodes.done;
}
