import { cheaperSwaps } from '#failover/cheaper-swaps.ts';
import { Preview, Rehearsal, SiteStatus } from '../ask/answers.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { type LookOptions, lookOptions } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { routerNamed, siteNamed } from '../require-name.ts';
import { requireTopology } from '../topology-file.ts';
import { askSite, type Where } from '../transport/invoke-site.ts';
import { type PlanView, planExitCode, showPlan } from '../views/plan-view.ts';
import { stepViews } from '../views/replace-calls.ts';

interface Options extends LookOptions {
  readonly to?: string;
}

/** `plan SITE`: what a switchover would do, call by call, and whether it could; moves nothing. */
export const plan: AddCommand = (program, cli) => {
  const command = program
    .command('plan')
    .helpGroup('Look:')
    .description('Show what a switchover would do, call by call, and whether the site is ready for it. Moves nothing.')
    .argument('<SITE>')
    .option('--to <ROUTER>', 'to this router (default: the one that does not hold the routes)')
    .action(
      cli.action(async (name: string, options: Options) => {
        const topology = await requireTopology(options.topology, cli.io);
        const where = { topology, site: siteNamed(topology, name) };
        if (options.to !== undefined) routerNamed(where.site, options.to);
        const view = await planFor(where, options.to, cli);
        if (options.json === true) writeJson(cli.io.stdout, 'plan', view);
        else cli.io.stdout.write(`${showPlan(view, cli.colours())}\n`);
        return exitCodes[planExitCode(view)];
      }),
    );
  lookOptions(command);
  examples(command, ['vyos-failover plan tokyo', 'vyos-failover plan tokyo --to tokyo-2 --json']);
};

async function planFor(where: Where, wanted: string | undefined, cli: Cli): Promise<PlanView> {
  const { outside } = cli;
  const by = { outside, signal: cli.io.signal };
  const to = wanted ?? (await askSite(where, { action: 'status' }, SiteStatus, by)).diagnosis.target.name;
  const move = { action: 'switchover', id: outside.newId(), to, by: outside.user, reason: 'plan', dryRun: true };
  const [preview, rehearsal] = await Promise.all([
    askSite(where, move, Preview, by),
    askSite(where, { action: 'rehearse' }, Rehearsal, by),
  ]);
  return {
    site: where.site.name,
    to,
    decision: preview.decision,
    calls: stepViews(preview, where.topology),
    atLeastMs: preview.atLeastMs,
    ready: rehearsal.ready,
    problems: rehearsal.problems,
    rehearsed: rehearsal.rehearsed,
    cheaper: cheaperSwaps(where.site) ?? null,
  };
}
