import { InvalidArgumentError, Option } from 'commander';
import { OVERRIDES, type Override } from '#failover/trigger.ts';
import { someOf } from '#topology/some-of.ts';
import type { Site } from '#topology/topology.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { createdRouters } from '../created/created-sites.ts';
import { type ActionOptions, actionOptions, overrideOption, siteArgument } from '../options.ts';
import { announcingInterrupt } from '../output/announcing-interrupt.ts';
import { CommandError } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { commandText } from '../output/next-command.ts';
import { confirm, requirePromptOrYes } from '../prompt.ts';
import { requireRouter, requireSite } from '../require-name.ts';
import { requireLiveTopology, withAddresses } from '../topology-file.ts';
import { modeObstacles } from '../upgrade/gate.ts';
import { readEnd } from '../upgrade/read-end.ts';
import { readUpgradeSite, type UpgradeSite } from '../upgrade/read-site.ts';
import { requireLaunchable } from '../upgrade/require-launchable.ts';
import { type UpgradeContext, UpgradeStopped } from '../upgrade/upgrade-context.ts';
import { requireReplaceable, requireUsable, upgradeSite, whyUnfit } from '../upgrade/upgrade-site.ts';
import { imageParameter, type Launch } from '../upgrade/upgrade-state.ts';
import { stepsOf, stepText } from '../upgrade/upgrade-steps.ts';
import { showRouters, showUpgrade, type UpgradeView, upgradeExitCode } from '../views/upgrade-view.ts';

interface Options extends Omit<ActionOptions, 'reason'> {
  readonly image?: string;
  readonly type?: string;
  readonly router?: string;
  readonly replace?: boolean;
  readonly override?: readonly Override[];
}

/** `upgrade SITE`: replaces the instances of a created site, the standby first, with a switchover in between. */
export const upgrade: AddCommand = (program, cli) => {
  const command = program
    .command('upgrade')
    .helpGroup('Operate:')
    .summary('replace the instances of a site, one after the other')
    .description(
      'Replace the instances of the routers that the deployment created: the standby, then a switchover, then the former owner. ' +
        'Interfaces, Elastic IPs, keys and configurations stay. Each step requires that the other router is fit and in sync. ' +
        'Without --image and --type it replaces instances that are not what the deployed templates say. ' +
        'After Ctrl-C or a failure the same command continues.',
    )
    .argument(...siteArgument)
    .addOption(
      new Option('--image <IMAGE>', 'ami-…, or ssm:/NAME of an SSM parameter (default: the topology’s)').argParser(
        image,
      ),
    )
    .option('--type <TYPE>', 'instance type (default: the topology’s)')
    .option('--router <ROUTER>', 'replace the instance of this router only')
    .option('--replace', 'with --router: replace its instance even if it is current, which repairs the router')
    .addOption(overrideOption(OVERRIDES, 'override a rule of the switchover by its name'))
    .action(
      cli.action(async (name: string, options: Options) => {
        requirePromptOrYes(options, cli.io);
        const live = await requireLiveTopology(options.topology, cli);
        const site = requireSite(live.topology, name);
        requireCreated(site, options);
        const { topology, text } = withAddresses(live, cli);
        const context: UpgradeContext = {
          where: { topology, site },
          topology,
          text,
          image: options.image && imageParameter(options.image),
          instanceType: options.type,
          only: options.router,
          replace: options.replace === true,
          overrides: options.override ?? [],
          by: options.by ?? cli.environment.user,
          cli,
        };
        return print(await run(context, options), options, cli);
      }),
    );
  actionOptions(command, { reason: false });
  examples(command, [
    'vyos-failover upgrade tokyo --dry-run',
    'vyos-failover upgrade tokyo --image ami-0a1b2c3d4e5f60001',
    'vyos-failover upgrade tokyo --type c6in.large --yes --json',
    'vyos-failover upgrade tokyo --router tokyo-2 --replace   # repairs a router',
  ]);
};

/** @throws CommandError (exit code 2) for a router or a site that the deployment does not create */
function requireCreated(site: Site, { router, replace }: Options): void {
  const created = createdRouters(site).map(({ name }) => name);
  if (router !== undefined) requireRouter(site, router);
  if (created.length === 0 || (router !== undefined && !created.includes(router)))
    throw new CommandError(
      exitCodes.usage,
      `the instances of ${router ?? `site ${site.name}`} are not part of the deployment: upgrade replaces instances that the deployment creates\n` +
        '    hint: replace such an instance yourself: switchover to the other router, maintenance on, stop it, and launch its successor on the same interface (docs/operations.md, "Maintenance of a router")',
    );
  if (replace === true && router === undefined)
    throw new CommandError(
      exitCodes.usage,
      '--replace needs --router\n    hint: name the router whose instance is to be replaced',
    );
}

/** Read → show → confirm → upgrade → read what there is, however it ended. */
async function run(context: UpgradeContext, options: Options): Promise<UpgradeView> {
  const { cli } = context;
  const wanted = new Map<string, Launch>();
  let before: UpgradeSite | undefined;
  let begun: UpgradeView | undefined;
  const ended = async (outcome: UpgradeView['outcome'], says: string): Promise<UpgradeView> => {
    const end = await readEnd(context, wanted);
    const command = () => nextCommand(context, options, isReplaced(context.only, begun, { outcome, ...end }));
    return {
      site: context.where.site.name,
      dryRun: options.dryRun === true,
      outcome,
      says,
      steps: [],
      ...end,
      next: outcome === 'failed' || outcome === 'interrupted' ? command() : null,
      notes: outcome === 'upgraded' ? remains(context, before?.routers ?? [], end.owner) : [],
      retry: outcome === 'refused' ? command() : null,
    };
  };
  try {
    const site = await readUpgradeSite(context);
    before = site;
    for (const { router, wanted: launch } of site.routers) wanted.set(router.name, launch);
    requireUsable(site, cli.environment.nextCommand);
    const steps = stepsOf(site, context);
    if (steps.length > 0) await gate(site, context);
    const planned = { ...(await ended('planned', 'Dry run: nothing was changed.')), steps: steps.map(stepText) };
    if (steps.length > 0 && options.dryRun === true) return planned;
    if (steps.length > 0) {
      cli.io.stderr.write(`${showRouters(planned, cli.io.stderr.columns)}\n`);
      const [first = '', ...then] = planned.steps;
      const question = `${first.charAt(0).toUpperCase()}${[first, ...then].join(', then ').slice(1)}?`;
      const agreed = await confirm(question, options, cli.io);
      cli.io.signal?.throwIfAborted();
      if (!agreed) return { ...planned, outcome: 'declined', says: 'Declined; nothing was changed.' };
    }
    if (options.dryRun === true)
      return await ended('current', whyUnfit(site, context) ?? 'There is nothing to upgrade.');
    begun = planned;
    const launched = await announcingInterrupt(cli.io, INTERRUPTED, () => upgradeSite(site, context));
    return await (launched.length === 0
      ? ended('current', 'There is nothing to upgrade.')
      : ended('upgraded', launchedText(launched)));
  } catch (error) {
    if (cli.io.signal?.aborted === true) return ended('interrupted', 'Interrupted.');
    if (error instanceof UpgradeStopped) return ended(error.outcome, error.message);
    if (error instanceof CommandError && (begun !== undefined || error.exitCode === exitCodes.failed))
      return ended('failed', error.message);
    throw error;
  }
}

/** What prevents the first step, or is known to prevent a later one, before the operator is asked. */
async function gate(site: UpgradeSite, context: UpgradeContext): Promise<void> {
  const steps = stepsOf(site, context);
  const mode = steps.some(({ kind }) => kind === 'move') ? modeObstacles(site.status, context.overrides) : [];
  if (mode.length > 0) throw new UpgradeStopped('refused', `The upgrade is not begun: ${mode.join('; ')}.`);
  const [first] = steps;
  if (first?.kind === 'replace') await requireReplaceable(first.of, site, context);
  const launched = steps.flatMap((step) => (step.kind === 'move' ? [] : [step.of]));
  await Promise.all(launched.map((router) => requireLaunchable(router, context.cli)));
}

function launchedText(launched: readonly string[]): string {
  return launched.length === 1
    ? `The instance of ${launched[0]} is replaced.`
    : `The instances of ${someOf(launched)} are replaced.`;
}

/** What an upgrade leaves to the operator: values that only this command stated, and the failback. */
function remains(
  { where: { site }, cli: { environment } }: UpgradeContext,
  routers: UpgradeSite['routers'],
  owner: string | null,
): readonly string[] {
  const { active } = site.routers;
  const other = routers.filter(
    ({ wanted, deployed }) => wanted.image !== deployed.image || wanted.instanceType !== deployed.instanceType,
  );
  const values = new Set(other.map(({ deployed }) => `${deployed.image}, ${deployed.instanceType}`));
  return [
    ...(other.length === 0
      ? []
      : [
          `the deployed topology still has ${someOf([...values])}. Write the new image and instanceType into the file and deploy, or the next upgrade or rollout launches the old ones again.`,
        ]),
    ...(owner === null || owner === active.name
      ? []
      : [
          `the topology prefers ${active.name}. To move the routes back: ${environment.nextCommand('failback', site.name, '--reason', 'TEXT')}`,
        ]),
  ];
}

const INTERRUPTED =
  '\nInterrupted. CloudFormation completes the update that has begun. Reading what there is; Ctrl-C again exits at once.\n';

/** Whether the instance that --replace names is removed, or an interrupted run has launched the new one. */
function isReplaced(
  only: string | undefined,
  before: UpgradeView | undefined,
  { outcome, routers }: Pick<UpgradeView, 'outcome' | 'routers'>,
): boolean {
  const instanceIn = (view: Pick<UpgradeView, 'routers'>) => view.routers.find(({ name }) => name === only)?.instance;
  const isLaunched =
    outcome === 'interrupted' && before !== undefined && instanceIn(before) !== instanceIn({ routers });
  return isLaunched || routers.some(({ state }) => state === 'removed' || state === 'changing');
}

/** The same command; without --replace once the instance is replaced, because the command then only has to complete the replacement. */
function nextCommand(
  { where, by, cli }: UpgradeContext,
  { topology, image: given, type, router, replace, override = [], by: stated }: Options,
  isReplacedAlready: boolean,
): string {
  const words = [
    where.site.name,
    ...(topology === undefined ? [] : ['--topology', topology]),
    ...(given === undefined ? [] : ['--image', given]),
    ...(type === undefined ? [] : ['--type', type]),
    ...(router === undefined ? [] : ['--router', router]),
    ...(replace === true && !isReplacedAlready ? ['--replace'] : []),
    ...override.flatMap((rule) => ['--override', rule]),
    ...(stated === undefined || by === cli.environment.user ? [] : ['--by', by]),
  ];
  return commandText(['upgrade', ...words]);
}

function print(view: UpgradeView, { json }: Options, { io, colours }: Cli): ExitCode {
  if (json === true) writeJson(io.stdout, 'upgrade', view);
  else io.stdout.write(showUpgrade(view, colours()));
  return upgradeExitCode(view);
}

function image(text: string): string {
  if (/^(ami-[0-9a-f]+|ssm:\/[\w./-]+)$/.test(text)) return text;
  throw new InvalidArgumentError('It must be ami-… or ssm:/NAME.');
}
