import { Preview } from '#contracts/preview.ts';
import { Rehearsal } from '#contracts/rehearsal.ts';
import { SiteStatus } from '#contracts/site-status.ts';
import { cheaperSwaps } from '#failover/cheaper-swaps.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { type QueryOptions, queryOptions, siteArgument } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireRouter, requireSite } from '../require-name.ts';
import { requireDeployedTopology } from '../topology-file.ts';
import { invokeSite, type SiteRef } from '../transport/invoke-site.ts';
import { type PlanView, planExitCode, showPlan } from '../views/plan-view.ts';
import { stepViews } from '../views/replace-calls.ts';

interface Options extends QueryOptions {
  readonly to?: string;
}

/** `plan SITE`: the calls of a switchover, and whether the site is ready for it. Changes nothing. */
export const plan: AddCommand = (program, cli) => {
  const command = program
    .command('plan')
    .helpGroup('Inspect:')
    .summary('show what a switchover would do')
    .description('Show the ReplaceRoute calls of a switchover, and whether the site is ready for it. Changes nothing.')
    .argument(...siteArgument)
    .option('--to <ROUTER>', 'target of the switchover (default: the router that is not the owner)')
    .action(
      cli.action(async (name: string, options: Options) => {
        const { topology } = await requireDeployedTopology(options.topology, cli);
        const siteRef = { topology, site: requireSite(topology, name) };
        if (options.to !== undefined) requireRouter(siteRef.site, options.to);
        const view = await planFor(siteRef, options.to, cli);
        if (options.json === true) writeJson(cli.io.stdout, 'plan', view);
        else cli.io.stdout.write(`${showPlan(view, cli.colours())}\n`);
        return exitCodes[planExitCode(view)];
      }),
    );
  queryOptions(command);
  examples(command, ['vyos-failover plan tokyo', 'vyos-failover plan tokyo --to tokyo-2 --json']);
};

async function planFor(siteRef: SiteRef, wanted: string | undefined, cli: Cli): Promise<PlanView> {
  const { environment } = cli;
  const by = { environment, signal: cli.io.signal };
  const to = wanted ?? (await invokeSite(siteRef, { action: 'status' }, SiteStatus, by)).diagnosis.target.name;
  const move = {
    action: 'switchover',
    id: environment.newId(),
    to,
    by: environment.user,
    reason: 'plan',
    dryRun: true,
  } as const;
  const [preview, rehearsal] = await Promise.all([
    invokeSite(siteRef, move, Preview, by),
    invokeSite(siteRef, { action: 'rehearse' }, Rehearsal, by),
  ]);
  return {
    site: siteRef.site.name,
    to,
    decision: preview.decision,
    calls: stepViews(preview, siteRef.topology),
    atLeastMs: preview.atLeastMs,
    ready: rehearsal.ready,
    problems: rehearsal.problems,
    rehearsed: rehearsal.rehearsed,
    cheaper: cheaperSwaps(siteRef.site) ?? null,
  };
}
