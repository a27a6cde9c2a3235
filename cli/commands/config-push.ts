import type { Where } from '../ask/ask-site.ts';
import { askForPlan, type PlanRequest, PUSH_OVERRIDES, type PushOverride } from '../ask/config-push.ts';
import { confirm, requireSomebodyToAsk } from '../ask/consent.ts';
import { type ActOptions, actOptions, overrideOption } from '../ask/options.ts';
import { siteNamed } from '../ask/which.ts';
import { type AddCommand, type Cli, examples, group } from '../cli.ts';
import { type PushView, pushExitCode, type SitePushView, showSitePush } from '../output/config-view.ts';
import type { ExitCode } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { pushSteps } from '../push/push-steps.ts';
import type { Pushing } from '../push/push-together.ts';
import { inTurn, showPlans, stepView } from '../push/show-plans.ts';
import { type Planned, stepsOf } from '../push/steps.ts';
import { declined, notBegun, refusedWith, viewBefore } from '../push/views.ts';
import { namedOnce, requireTopologyText } from '../topology-file.ts';

interface Options extends Omit<ActOptions, 'reason'> {
  readonly site?: string;
  readonly override?: readonly PushOverride[];
}

/** `config push [FILE]`: new configurations onto routers, the standby first, each with a way back. */
export const configPush: AddCommand = (program, cli) => {
  const command = group(program, 'config', 'Configure', 'the routers’ configuration')
    .command('push')
    .description(
      'Bring routers to what the topology says: the one without the traffic first, the other one when its BGP is back.\n' +
        'Routers at both ends of a tunnel that cannot change one after the other change together.\n' +
        'What does not work is undone, by the router itself if need be.',
    )
    .argument('[FILE]', 'the topology; the same as --topology FILE')
    .option('--site <SITE>', 'only this one (default: all)')
    .addOption(
      overrideOption(PUSH_OVERRIDES, 'set a rule aside, by its name: drift gives up changes that we did not make'),
    )
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        requireSomebodyToAsk(options, cli.io);
        const { topology, text } = await requireTopologyText(namedOnce(argument, options.topology), cli.io);
        const sites = options.site === undefined ? topology.sites : [siteNamed(topology, options.site)];
        const request = { text, overrides: options.override ?? [] };
        const planned = await Promise.all(sites.map((site) => planSite({ topology, site }, request, cli)));
        return tell(await push(planned, request, options, cli), options, cli);
      }),
    );
  actOptions(command, { reason: false });
  examples(command, [
    'vyos-failover config push topology.yaml --dry-run',
    'vyos-failover config push topology.yaml --site tokyo',
    'vyos-failover config push topology.yaml --site tokyo --override drift --yes --json',
  ]);
};

async function planSite(where: Where, request: PlanRequest, cli: Cli): Promise<Planned> {
  return { where, plan: await askForPlan(where, request, cli) };
}

/** Show all plans and their steps → refuse what would be refused → ask once → step by step, until one does not end well. */
async function push(planned: readonly Planned[], request: PlanRequest, options: Options, cli: Cli): Promise<PushView> {
  const steps = stepsOf(planned);
  showPlans(planned, steps, cli);
  const views = planned.map(viewBefore).map(refusedWith(steps));
  const result = (sites: readonly SitePushView[]): PushView => ({
    dryRun: options.dryRun === true,
    steps: steps.map(stepView),
    sites,
  });
  const todo = planned.filter((_, index) => views[index]?.outcome === 'planned');
  if (options.dryRun === true || todo.length === 0) return result(views);
  if (views.some(({ outcome }) => outcome === 'refused'))
    return result(views.map(notBegun('another site would be refused')));
  const question = steps.length === 0 ? 'Finish the interrupted push?' : `Change ${inTurn(steps)}?`;
  if (!(await confirm(question, options, cli.io))) return result(views.map(declined));
  const progress: Pushing['progress'] = (site, { says }) => void cli.io.stderr.write(`${site}: ${says}\n`);
  const pushing = { id: cli.outside.newId(), by: options.by ?? cli.outside.user, request, cli, progress };
  return result(await pushSteps(todo, steps, views, pushing));
}

function tell(view: PushView, { json }: Options, { io, colours }: Cli): ExitCode {
  if (json === true) writeJson(io.stdout, 'config-push', view);
  else io.stdout.write(view.sites.map((site) => `${showSitePush(site, colours())}\n`).join(''));
  return pushExitCode(view.sites);
}
