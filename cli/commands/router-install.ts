import type { InstallResult } from '#contracts/install-result.ts';
import { type AddCommand, type Cli, examples, group } from '../cli.ts';
import { noteOnEmulatedRouters } from '../emulated-aws.ts';
import { askToInstall, type Install } from '../install/ask-to-install.ts';
import { abandoned, type InstallEnd, withoutAnswer } from '../install/lost-answer.ts';
import { type ActionOptions, actionOptions, overrideOption } from '../options.ts';
import { CommandError } from '../output/command-error.ts';
import type { ExitCode } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { confirm, requirePromptOrYes } from '../prompt.ts';
import { requireRouter, requireSite } from '../require-name.ts';
import { requireDeployedTopology } from '../topology-file.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import {
  type InstallView,
  installExitCode,
  routersToInstall,
  type SiteInstallView,
  showInstall,
  showPlans,
} from '../views/install-view.ts';

interface Options extends Omit<ActionOptions, 'reason'> {
  readonly router?: string;
  readonly override?: readonly 'paused'[];
}

/** `router install [SITE]`: installs the programs that are deployed on the routers, the standby first. */
export const routerInstall: AddCommand = (program, cli) => {
  const command = group(program, 'router')
    .command('install')
    .summary('install the deployed programs on the routers')
    .description(
      'Install what the stacks have for the routers: the programs, their configuration, and the SSM agent where it is older. ' +
        'The standby comes first; the owner follows when the standby is fit again. Configurations are not changed: config push does that. ' +
        'After a failure or Ctrl-C the same command continues.',
    )
    .argument('[SITE]', 'install on the routers of this site only (default: all sites)')
    .option('--router <ROUTER>', 'install on this router only')
    .addOption(overrideOption(['paused'] as const, 'override a rule by its name'))
    .action(
      cli.action(async (name: string | undefined, options: Options) => {
        requirePromptOrYes(options, cli.io);
        const { topology } = await requireDeployedTopology(options.topology, cli);
        const named = options.router;
        const ofRouter = topology.sites.filter(({ routers }) =>
          [routers.active.name, routers.standby.name].includes(named ?? ''),
        );
        const sites =
          name === undefined ? (ofRouter.length > 0 ? ofRouter : topology.sites) : [requireSite(topology, name)];
        if (named !== undefined) for (const site of sites) requireRouter(site, named);
        const request: Install = {
          id: cli.environment.newId(),
          by: options.by ?? cli.environment.user,
          overrides: options.override ?? [],
          only: named,
        };
        const view = await install(
          sites.map((site) => ({ topology, site })),
          request,
          options,
          cli,
        );
        if (options.json === true) writeJson(cli.io.stdout, 'router-install', view);
        else cli.io.stdout.write(showInstall(view, cli.colours()));
        return installExitCode(view) satisfies ExitCode;
      }),
    );
  actionOptions(command, { reason: false });
  examples(command, [
    'vyos-failover router install --dry-run',
    'vyos-failover router install tokyo',
    'vyos-failover router install tokyo --router tokyo-2 --yes --json',
  ]);
};

/** Reads all sites → shows what differs → asks → installs router by router, until one fails. */
async function install(where: readonly SiteRef[], request: Install, options: Options, cli: Cli): Promise<InstallView> {
  const plans = await Promise.all(where.map((site) => askToInstall(site, request, cli, { dryRun: true })));
  cli.io.stderr.write(showPlans(plans, cli.io.stderr.columns));
  noteOnEmulatedRouters(
    plans.map(({ refusal }) => refusal?.reason),
    cli.io,
  );
  const dryRun = options.dryRun === true;
  const waiting = plans.filter(({ remaining }) => remaining.length > 0);
  const isRefused = plans.some(({ refusal }) => refusal !== undefined);
  if (dryRun || isRefused || waiting.length === 0) return { dryRun, sites: plans.map(planned(dryRun, isRefused)) };
  if (!(await confirm(`Install on ${routersToInstall(waiting)}?`, options, cli.io)))
    return { dryRun, sites: plans.map((plan) => ({ ...plan, outcome: 'declined', installed: [] })) };
  const sites: SiteInstallView[] = [];
  for (const [index, site] of where.entries()) {
    const plan = plans[index];
    if (plan === undefined) continue;
    const isStopped = sites.some(({ outcome }) => outcome !== 'installed' && outcome !== 'unchanged');
    sites.push(
      isStopped ? { ...plan, outcome: 'not-begun', installed: [] } : await installSite(site, plan, request, cli),
    );
  }
  return { dryRun, sites };
}

/** An installation that one site refuses begins on none. */
function planned(dryRun: boolean, isRefused: boolean) {
  return (plan: InstallResult): SiteInstallView => {
    if (plan.refusal !== undefined)
      return {
        ...plan,
        outcome: 'refused',
        ...plan.refusal,
        says: `Not now: ${plan.refusal.says}. Nothing was changed.`,
        installed: [],
      };
    if (plan.remaining.length === 0) return { ...plan, outcome: 'unchanged', installed: [] };
    return { ...plan, outcome: dryRun || !isRefused ? 'planned' : 'not-begun', installed: [] };
  };
}

async function installSite(where: SiteRef, plan: InstallResult, request: Install, cli: Cli): Promise<SiteInstallView> {
  const installed: string[] = [];
  for (let last = plan; ; ) {
    if (last.remaining.length === 0)
      return { ...last, outcome: installed.length > 0 ? 'installed' : 'unchanged', installed };
    const step = await installNext(where, last, request, cli);
    if (step.outcome === 'installed' && step.router !== undefined) installed.push(step.router);
    if (step.outcome !== 'installed' && step.outcome !== 'unchanged') return { ...step, installed };
    last = step;
  }
}

/** An answer that is lost does not hide the answers before it. */
async function installNext(
  where: SiteRef,
  last: InstallResult,
  request: Install,
  cli: Cli,
): Promise<InstallResult | InstallEnd> {
  try {
    const answer = await askToInstall(where, request, cli, { dryRun: false });
    cli.io.stderr.write(`${where.site.name}: ${answer.says}\n`);
    return answer;
  } catch (error) {
    if (cli.io.signal?.aborted === true) return abandoned(last);
    if (error instanceof CommandError) return withoutAnswer(error, last);
    throw error;
  }
}
