import { PUSH_OVERRIDES, type PushOverride } from '#contracts/push-request.ts';
import { type AddCommand, type Cli, examples, group } from '../cli.ts';
import { noteOnEmulatedRouters } from '../emulated-aws.ts';
import { type ActionOptions, actionOptions, overrideOption, topologyArgument } from '../options.ts';
import { announcingInterrupt } from '../output/announcing-interrupt.ts';
import type { ExitCode } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { confirm, PromptLines, requirePromptOrYes } from '../prompt.ts';
import { nextCommand, type TypedWords } from '../push/next-command.ts';
import { pushRounds } from '../push/push-rounds.ts';
import { NOT_ANSWERED, type PushContext } from '../push/request-outcome.ts';
import { askForPlan, type PlanRequest } from '../push/requests.ts';
import { hasWork, type Round, roundOf } from '../push/round.ts';
import { inTurn, showPlans, stepView } from '../push/show-plans.ts';
import { declined, notBegun } from '../push/site-view-before.ts';
import type { PlannedSite } from '../push/steps.ts';
import { requireSite } from '../require-name.ts';
import { namedOnce, requireDeployedTopology, withAddresses } from '../topology-file.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { type PushView, pushExitCode, type SitePushView, showPush } from '../views/push-view.ts';

interface Options extends Omit<ActionOptions, 'reason'> {
  readonly site?: string;
  readonly override?: readonly PushOverride[];
}

/** `config push [FILE]`: pushes new configurations to routers, the standby first, each with a rollback. */
export const configPush: AddCommand = (program, cli) => {
  const command = group(program, 'config')
    .command('push')
    .summary('push configurations to the routers')
    .description(
      'Push the configuration of the topology to the routers: the standby first, the owner when BGP of the standby is verified. ' +
        'Routers at both ends of a tunnel that cannot change one after the other change together. ' +
        'A change that fails verification is rolled back, by the router itself if necessary. Exit code 0: every router runs and boots with ' +
        'the pushed configuration. Ctrl-C rolls back what is not confirmed; a second Ctrl-C exits at once.',
    )
    .argument(...topologyArgument)
    .option('--site <SITE>', 'push to this site only (default: all sites)')
    .addOption(
      overrideOption(PUSH_OVERRIDES, 'override a rule by its name: drift discards changes made outside vyos-failover'),
    )
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        requirePromptOrYes(options, cli.io);
        const deployed = await requireDeployedTopology(namedOnce(argument, options.topology), cli);
        const only = options.site === undefined ? undefined : requireSite(deployed.topology, options.site);
        const { topology, text } = withAddresses(deployed, cli);
        const sites = only === undefined ? topology.sites : [only];
        const request = { text, overrides: options.override ?? [] };
        const planned = await Promise.all(sites.map((site) => planSite({ topology, site }, request, cli)));
        noteOnEmulatedRouters(
          planned.flatMap(({ plan }) => plan.routers.map(({ problem }) => problem?.reason)),
          cli.io,
        );
        const view = await push(roundOf(planned), request, options, cli);
        return print({ ...view, next: nextCommand(view, typedCommand(argument, options, cli)) ?? null }, options, cli);
      }),
    );
  actionOptions(command, { reason: false });
  examples(command, [
    'vyos-failover config push topology.yaml --dry-run',
    'vyos-failover config push topology.yaml --site tokyo',
    'vyos-failover config push topology.yaml --site tokyo --override drift --yes --json',
  ]);
};

async function planSite(where: SiteRef, request: PlanRequest, cli: Cli): Promise<PlannedSite> {
  return { where, plan: await askForPlan(where, request, cli) };
}

/** Show all plans and their steps → stop if one would be refused → ask for confirmation → push step by step, until one fails. */
async function push(round: Round, request: PlanRequest, options: Options, cli: Cli): Promise<Omit<PushView, 'next'>> {
  const { steps, views } = round;
  showPlans(round, cli);
  const result = (sites: readonly SitePushView[]) => ({
    dryRun: options.dryRun === true,
    steps: steps.map(stepView),
    sites,
    down: [],
  });
  if (options.dryRun === true || !hasWork(round)) return result(views);
  if (views.some(({ outcome }) => outcome === 'refused'))
    return result(views.map(notBegun('another site would be refused')));
  const answers = new PromptLines(cli.io);
  const ask: Ask = (now) => agree(now, answers, options, cli);
  try {
    const agreed = await ask(round);
    if (agreed !== true) return result(views.map(declined(agreed === false ? 'declined' : 'interrupted')));
    return await pushAgreed(round, ask, { request, by: options.by ?? cli.environment.user }, cli);
  } finally {
    await answers.end();
  }
}

/** @returns undefined after Ctrl-C */
type Ask = (round: Round) => Promise<boolean | undefined>;

async function pushAgreed(
  round: Round,
  ask: Ask,
  push: Pick<PushContext, 'request' | 'by'>,
  cli: Cli,
): Promise<Omit<PushView, 'next'>> {
  const { io, environment } = cli;
  const progress: PushContext['progress'] = (site, { says, settled, reason }) => {
    // The message about Ctrl-C has been printed already.
    if (reason === NOT_ANSWERED && io.signal?.aborted === true) return;
    const before = settled === undefined || says.includes(settled.says) ? [] : [settled.says];
    for (const each of [...before, says]) io.stderr.write(`${site}: ${each}\n`);
  };
  return announcingInterrupt(io, INTERRUPTED, () =>
    pushRounds(round, { ...push, id: environment.newId(), cli, progress }, async (next) => {
      showPlans(next, cli);
      return (await ask(next)) === true;
    }),
  );
}

const INTERRUPTED =
  '\nInterrupted. Rolling back what is not confirmed, which can take some minutes; Ctrl-C again exits at once and leaves the rollback to the routers’ timers.\n';

async function agree(
  { steps }: Round,
  answers: PromptLines,
  options: Options,
  { io }: Cli,
): Promise<boolean | undefined> {
  const question = steps.length === 0 ? 'Finish the interrupted push?' : `Change ${inTurn(steps)}?`;
  try {
    const agreed = await confirm(question, options, io, answers);
    return io.signal?.aborted === true ? undefined : agreed;
  } catch (error) {
    if (io.signal?.aborted === true) return undefined;
    throw error;
  }
}

function typedCommand(
  argument: string | undefined,
  { topology, site, override = [] }: Options,
  { environment }: Cli,
): TypedWords {
  const file = argument === undefined ? (topology === undefined ? [] : ['--topology', topology]) : [argument];
  const of = site === undefined ? [] : ['--site', site];
  return {
    next: environment.nextCommand,
    words: [...file, ...of, ...override.flatMap((rule) => ['--override', rule])],
  };
}

function print(view: PushView, { json }: Options, { io, colours }: Cli): ExitCode {
  if (json === true) writeJson(io.stdout, 'config-push', view);
  else io.stdout.write(showPush(view, colours()));
  return pushExitCode(view);
}
