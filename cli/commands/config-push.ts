import { Option } from 'commander';
import type { Site } from '#topology/topology.ts';
import type { Where } from '../ask/ask-site.ts';
import {
  askForPlan,
  askForStep,
  type ConfigPlan,
  type PlanRequest,
  PUSH_OVERRIDES,
  type PushOverride,
} from '../ask/config-push.ts';
import { confirm, requireSomebodyToAsk } from '../ask/consent.ts';
import { type ActOptions, actOptions } from '../ask/options.ts';
import { siteNamed } from '../ask/which.ts';
import { type AddCommand, type Cli, examples, group } from '../cli.ts';
import {
  pushExitCode,
  routerDiffView,
  type SitePushView,
  showRouterDiff,
  showSitePush,
} from '../output/config-view.ts';
import type { ExitCode } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireTopologyText } from '../topology-file.ts';

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
        'What does not work is undone, by the router itself if need be.',
    )
    .argument('[FILE]', 'the topology; the same as --topology FILE')
    .option('--site <SITE>', 'only this one (default: all, one after the other)')
    .addOption(
      new Option(
        '--override <RULE...>',
        'set a rule aside, by its name: drift gives up changes that we did not make',
      ).choices(PUSH_OVERRIDES),
    )
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        requireSomebodyToAsk(options, cli.io);
        const { topology, text } = await requireTopologyText(argument ?? options.topology, cli.io);
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

interface Planned {
  readonly where: Where;
  readonly plan: ConfigPlan;
}

async function planSite(where: Where, request: PlanRequest, cli: Cli): Promise<Planned> {
  return { where, plan: await askForPlan(where, request, cli) };
}

/** Show all plans → refuse what would be refused → ask once → site by site, until one does not end well. */
async function push(
  planned: readonly Planned[],
  request: PlanRequest,
  options: Options,
  cli: Cli,
): Promise<readonly SitePushView[]> {
  show(planned, cli);
  const before = planned.map(viewBefore);
  const todo = planned.filter((_, index) => before[index]?.outcome === 'planned');
  if (options.dryRun === true || todo.length === 0) return before;
  if (before.some(({ outcome }) => outcome === 'refused')) return before.map(notBegun('another site would be refused'));
  const routers = todo.flatMap(({ plan }) => plan.routers.filter(({ commands }) => commands.length > 0));
  const question = routers.length === 0 ? 'Finish the interrupted push?' : `Change ${names(routers)}?`;
  if (!(await confirm(question, options, cli.io))) {
    return before.map((view) =>
      view.outcome === 'planned' ? { ...view, outcome: 'declined', says: 'Nothing was done.' } : view,
    );
  }
  const ended = [...before];
  for (const [index, { where, plan }] of planned.entries()) {
    const view = before[index];
    if (view?.outcome !== 'planned') continue;
    ended[index] = await pushSite(where, plan, view, request, options, cli);
    if (ended[index]?.outcome !== 'pushed' && ended[index]?.outcome !== 'unchanged') {
      return ended.map((each, at) => (at > index ? notBegun(`${where.site.name} did not end well`)(each) : each));
    }
  }
  return ended;
}

/** Step by step: the function decides each time which router is next, from what the routers have then. */
async function pushSite(
  where: Where,
  plan: ConfigPlan,
  view: SitePushView,
  request: PlanRequest,
  { by }: Options,
  cli: Cli,
): Promise<SitePushView> {
  const id = cli.outside.newId();
  const pushed: string[] = [];
  for (;;) {
    cli.io.stderr.write(`${where.site.name}: the next router…\n`);
    const { outcome, reason, says, router, remaining } = await askForStep(
      where,
      request,
      { id, by: by ?? cli.outside.user, plan },
      cli,
    );
    cli.io.stderr.write(`${where.site.name}: ${says}\n`);
    if (outcome === 'pushed' && router !== undefined) pushed.push(router);
    if (outcome !== 'pushed' || remaining.length === 0) {
      const sentence =
        outcome === 'pushed'
          ? `${pushed.join(' and ')} ${pushed.length === 1 ? 'has its' : 'have their'} new configuration.`
          : says;
      return { ...view, outcome, reason, says: sentence, pushed, remaining };
    }
  }
}

function viewBefore({ where: { site }, plan }: Planned): SitePushView {
  const { routers, obstacle, interrupted } = plan;
  const remaining = routers.filter(({ commands }) => commands.length > 0).map(({ name }) => name);
  const view = { site: site.name, routers: routers.map((each) => routerDiffView(each, plan)), pushed: [], remaining };
  const refusal = obstacle ?? routers.find(({ problem }) => problem !== undefined)?.problem;
  if (refusal !== undefined)
    return { ...view, outcome: 'refused', reason: refusal.reason, says: `Not now: ${refusal.says}.` };
  if (remaining.length > 0 || interrupted !== undefined) {
    const says =
      remaining.length > 0 ? `${remaining.join(', then ')} would change.` : 'Only the end of the last push is missing.';
    return { ...view, outcome: 'planned', reason: 'different', says };
  }
  return { ...view, outcome: 'unchanged', reason: 'unchanged', says: 'The routers have what they should.' };
}

function notBegun(why: string): (view: SitePushView) => SitePushView {
  return (view) =>
    view.outcome === 'planned'
      ? { ...view, outcome: 'not-begun', reason: 'not-begun', says: `Not begun: ${why}.` }
      : view;
}

function show(planned: readonly Planned[], { io, colours }: Cli): void {
  for (const { where, plan } of planned) {
    const { interrupted } = plan;
    if (interrupted !== undefined) {
      const done =
        interrupted.done.length === 0 ? 'before any router had its' : `after ${interrupted.done.join(' and ')} had its`;
      io.stderr.write(
        `${where.site.name}: the push of ${interrupted.by} at ${new Date(interrupted.at).toISOString()} stopped ${done} new configuration; this one goes on from what the routers have now.\n`,
      );
    }
    for (const router of plan.routers) io.stderr.write(`${showRouterDiff(routerDiffView(router, plan), colours())}\n`);
  }
}

function tell(sites: readonly SitePushView[], { json, dryRun }: Options, { io, colours }: Cli): ExitCode {
  if (json === true) writeJson(io.stdout, 'config-push', { dryRun: dryRun === true, sites });
  else io.stdout.write(sites.map((site) => `${showSitePush(site, colours())}\n`).join(''));
  return pushExitCode(sites);
}

function names(routers: readonly { readonly name: Site['name'] }[]): string {
  return routers.map(({ name }) => name).join(', then ');
}
