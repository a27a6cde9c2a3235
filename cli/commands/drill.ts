import { type Command, InvalidArgumentError, Option } from 'commander';
import { History } from '#contracts/history.ts';
import { parseDuration } from '#topology/duration.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { type DrillContext, DrillRefused, type EndedDrill, type PlannedDrill } from '../drill/drill-context.ts';
import { confirmedPlan, planDrill } from '../drill/plan-drill.ts';
import { runDrill } from '../drill/run-drill.ts';
import { type DrillWindow, isWithin, parseWindow } from '../drill/window.ts';
import { addressOption, instanceOption, requireBothHosts } from '../measure/options.ts';
import { type ActionOptions, actionOptions, siteArgument } from '../options.ts';
import { announcingInterrupt } from '../output/announcing-interrupt.ts';
import { CommandError } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { duration } from '../output/time.ts';
import { confirm, requirePromptOrYes } from '../prompt.ts';
import { requireSite } from '../require-name.ts';
import { requireDeployedTopology } from '../topology-file.ts';
import { invokeSite, type SiteRef } from '../transport/invoke-site.ts';
import { type DrillView, drillExitCode, pastDrills, showDrill, showPastDrills } from '../views/drill-view.ts';

interface Options extends Omit<ActionOptions, 'reason'> {
  readonly reason?: string;
  readonly kill?: boolean;
  readonly history?: boolean;
  readonly from?: string;
  readonly to?: string;
  /** ms */
  readonly lossBudget?: number;
  /** ms */
  readonly dwell: number;
  readonly window?: DrillWindow;
}

/** Time without replies that a movement may cost, ms: far above what is measured in the lab (docs/bench.md). */
const BUDGET_MS = { switchover: 1_000, kill: 10_000 } as const;

/** `drill SITE`: moves the routes to the other router and back, measures both, and records the result. */
export const drill: AddCommand = (program, cli) => {
  const command = program
    .command('drill')
    .helpGroup('Operate:')
    .summary('move the routes to the other router and back, and measure it')
    .description(
      'Move the routes of a site to the other router and back, measure both movements, and record the result in the history. ' +
        'A drill begins only at a site that could fail over. With --from and --to a host in the site pings a host at another site, and ' +
        'the routes return at once if more is lost than --loss-budget. Ctrl-C returns the routes, too.',
    )
    .argument(...siteArgument);
  addDrillOptions(command);
  command.action(
    cli.action(async (name: string, options: Options) => {
      const hosts = hostsOf(options);
      if (options.history !== true) requirePromptOrYes(options, cli.io);
      const { topology } = await requireDeployedTopology(options.topology, cli);
      const where = { topology, site: requireSite(topology, name) };
      if (options.history === true) return showTrend(where, options, cli);
      return print(await runAsked(contextOf(where, hosts, options, cli), options), options, cli);
    }),
  );
  examples(command, [
    'vyos-failover drill tokyo --dry-run',
    'vyos-failover drill tokyo --from i-0a1b2c3d4e5f60041 --to 10.2.0.20 --loss-budget 500ms',
    'vyos-failover drill tokyo --kill --from i-0a1b2c3d4e5f60041 --to 10.2.0.20 --window 02:00-04:00 --yes --json',
    'vyos-failover drill tokyo --history',
  ]);
};

function addDrillOptions(command: Command): void {
  actionOptions(command, { reason: false })
    .option('--reason <TEXT>', 'reason, recorded in the history (default: drill)')
    .addOption(
      new Option('--from <INSTANCE>', 'host in the site that sends pings; with --to').argParser(instanceOption),
    )
    .addOption(new Option('--to <ADDRESS>', 'host at another site that answers pings').argParser(addressOption))
    .option(
      '--loss-budget <TIME>',
      'time without replies after which the routes return at once (default: 1s, with --kill 10s)',
      time('a duration such as 500ms or 2s'),
    )
    .addOption(
      new Option('--dwell <TIME>', 'time between the two movements')
        .argParser(time('a duration such as 30s or 10m'))
        .default(10_000, '10s'),
    )
    .option('--window <HH:MM-HH:MM>', 'begin only within this time of day, in UTC', windowOption)
    .option('--kill', 'stop the instance of the owner instead of a switchover, and start it again')
    .option('--history', 'list past drills, newest first, instead of a drill');
}

/** @throws CommandError (exit code 2) for one host without the other, or a budget without hosts */
function hostsOf(options: Options): DrillContext['host'] {
  const hosts = requireBothHosts(options);
  if (hosts !== undefined || options.lossBudget === undefined) return hosts;
  throw new CommandError(
    exitCodes.usage,
    '--loss-budget needs a measurement of packets\n    hint: name the two hosts with --from INSTANCE and --to ADDRESS',
  );
}

function contextOf(where: SiteRef, host: DrillContext['host'], options: Options, cli: Cli): DrillContext {
  const { kill = false, dwell: dwellMs, reason = 'drill', by = cli.environment.user } = options;
  const budgetMs = options.lossBudget ?? BUDGET_MS[kill ? 'kill' : 'switchover'];
  return { where, cli, by, reason, kill, dwellMs, budgetMs, host };
}

/** Window → plan → confirmation → drill. */
async function runAsked(drill: DrillContext, options: Options): Promise<DrillView> {
  const { cli, where } = drill;
  const { window } = options;
  try {
    if (window !== undefined && !isWithin(window, cli.environment.now()))
      throw new DrillRefused(`The drill does not begin: it is not within ${window.text} UTC.`);
    const planned = await planDrill(drill);
    const would = wouldDo(planned, drill);
    if (options.dryRun === true) return viewOf(drill, planned, 'planned', `${would}. Dry run: nothing was changed.`);
    if (drill.host === undefined)
      cli.io.stderr.write('note: without --from and --to no packets are measured, and no loss ends the drill early\n');
    if (!(await confirm(`${would}?`, options, cli.io)))
      return viewOf(drill, planned, 'declined', 'Declined; nothing was changed.');
    cli.io.signal?.throwIfAborted();
    const agreed = await confirmedPlan(planned, drill);
    const ended = await announcingInterrupt(cli.io, interruptedText(drill), () => runDrill(agreed, drill));
    return endedView(ended, drill);
  } catch (error) {
    if (!(error instanceof DrillRefused)) throw error;
    const next = cli.environment.nextCommand('explain', where.site.name);
    return { ...viewOf(drill, undefined, 'refused', error.message), next };
  }
}

function wouldDo({ from, to, instance }: PlannedDrill, { dwellMs, budgetMs, host }: DrillContext): string {
  const limit = host === undefined ? '' : `, at once if replies are missing for more than ${budgetMs} ms`;
  return instance === undefined
    ? `Move the routes from ${from} to ${to}, and back after ${duration(dwellMs)}${limit}`
    : `Stop instance ${instance} of ${from}, which has the routes, and start it again after the failover to ${to}${limit}`;
}

function interruptedText({ cli: { environment }, kill, where }: DrillContext): string {
  return kill
    ? `\nInterrupted. The instance is started first, and the routes return if its router is fit; Ctrl-C again exits at once, and may leave the instance stopped (${environment.nextCommand('status', where.site.name)}).\n`
    : '\nInterrupted. The routes return first; Ctrl-C again exits at once.\n';
}

function viewOf(
  { where, budgetMs }: DrillContext,
  planned: PlannedDrill | undefined,
  outcome: DrillView['outcome'],
  says: string,
): DrillView {
  return {
    site: where.site.name,
    id: null,
    dryRun: outcome === 'planned',
    outcome,
    says,
    from: planned?.from ?? null,
    to: planned?.to ?? null,
    returned: null,
    budgetMs,
    legs: [],
    next: null,
  };
}

function endedView({ id, says, ...ended }: EndedDrill, { where: { site }, cli }: DrillContext): DrillView {
  const words = ended.returned ? ['drill', site.name, '--history'] : ['status', site.name];
  return { site: site.name, id, dryRun: false, says, ...ended, next: cli.environment.nextCommand(...words) };
}

function print(view: DrillView, { json }: Options, { io, colours }: Cli): ExitCode {
  if (json === true) writeJson(io.stdout, 'drill', view);
  else io.stdout.write(`${showDrill(view, colours())}\n`);
  if (view.next !== null) io.stderr.write(`next: ${view.next}\n`);
  return drillExitCode(view);
}

/** The drills among the newest 1000 entries of the history. */
async function showTrend(where: SiteRef, { json }: Options, { io, environment }: Cli): Promise<ExitCode> {
  const entries = await invokeSite(where, { action: 'history', limit: 1000 }, History, {
    environment,
    signal: io.signal,
  });
  const drills = pastDrills(entries);
  if (json === true) writeJson(io.stdout, 'drills', { site: where.site.name, drills });
  else if (drills.length > 0) io.stdout.write(`${showPastDrills(drills, io.stdout.columns)}\n`);
  else io.stderr.write(`The history of ${where.site.name} contains no drill.\n`);
  return exitCodes.done;
}

function time(form: string) {
  return (text: string): number => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms <= 3_600_000) return ms;
    throw new InvalidArgumentError(`It must be ${form}, at most 1h.`);
  };
}

function windowOption(text: string): DrillWindow {
  const window = parseWindow(text);
  if (window !== undefined) return window;
  throw new InvalidArgumentError('It must be two times of day in UTC, such as 22:00-04:00.');
}
