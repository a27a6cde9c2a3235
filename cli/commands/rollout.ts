import { readChangesFile } from '../changes/changes-file.ts';
import { planChanges } from '../changes/plan/plan-changes.ts';
import type { Step } from '../changes/plan/step.ts';
import { readSituation } from '../changes/read/read-situation.ts';
import type { Situation } from '../changes/situation.ts';
import { unreadFacts } from '../changes/unread-facts.ts';
import { type AddCommand, examples } from '../cli.ts';
import { type ActionOptions, actionOptions, overrideOption, topologyArgument } from '../options.ts';
import { announcingInterrupt } from '../output/announcing-interrupt.ts';
import { CommandError } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { commandText } from '../output/next-command.ts';
import { confirm, requirePromptOrYes } from '../prompt.ts';
import { foreseenStop } from '../rollout/gate.ts';
import { rollOut } from '../rollout/roll-out.ts';
import {
  ROLLOUT_OVERRIDES,
  type RolloutContext,
  type RolloutOverride,
  RolloutStopped,
} from '../rollout/rollout-context.ts';
import { namedOnce } from '../topology-file.ts';
import { changesView, showChanges, stepView } from '../views/changes-view.ts';
import { type RolloutView, rolloutExitCode, showRollout } from '../views/rollout-view.ts';

interface Options extends Omit<ActionOptions, 'reason'> {
  readonly site?: string;
  readonly override?: readonly RolloutOverride[];
}

/** `rollout [FILE]`: does what `changes` shows, step by step, each after its gate. */
export const rollout: AddCommand = (program, cli) => {
  const command = program
    .command('rollout')
    .helpGroup('Configure:')
    .summary('deploy a topology file and bring it to the routers, step by step')
    .description(
      'Do the steps that changes shows, in their order: keys, switchovers, stacks, programs, configurations, instances. ' +
        'Each step waits until the site is as it requires, and a step of the operator ends the command. ' +
        'After Ctrl-C or a failure the same command continues with what remains.',
    )
    .argument(...topologyArgument)
    .option('--site <SITE>', 'the steps of this site only (default: all sites)')
    .addOption(
      overrideOption(ROLLOUT_OVERRIDES, 'override a rule by its name: unfit deploys although a router is not fit'),
    )
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        requirePromptOrYes(options, cli.io);
        const named = namedOnce(argument, options.topology);
        if (named === '-') throw new CommandError(exitCodes.usage, STANDARD_INPUT);
        const file = await readChangesFile(named, options.site, cli);
        const by = options.by ?? cli.environment.user;
        const context: RolloutContext = { file, by, overrides: options.override ?? [], cli };
        return print(await run(context, options, nextCommand(named, options)), options, context);
      }),
    );
  actionOptions(command, { reason: false });
  examples(command, [
    'vyos-failover rollout topology.yaml --dry-run',
    'vyos-failover rollout topology.yaml',
    'vyos-failover rollout topology.yaml --site tokyo --yes --json',
  ]);
};

const UNKNOWN = 'It is unknown whether anything is left to do, because not everything could be read.';

const STANDARD_INPUT =
  'rollout cannot read the topology from standard input, because cdk reads it as well\n    hint: name a file';

/** Read → show → confirm → roll out → read what remains, however it ended. */
async function run(context: RolloutContext, options: Options, next: string): Promise<RolloutView> {
  const { cli, file } = context;
  const situation = await readSituation(file, cli);
  const plan = planChanges(situation);
  const done: Step[] = [];
  const view = (outcome: RolloutView['outcome'], says: string, steps: readonly Step[] | undefined): RolloutView => ({
    topology: file.described.name,
    dryRun: options.dryRun === true,
    outcome,
    says,
    done: done.map(stepView),
    steps: steps === undefined ? null : steps.map(stepView),
    next: outcome === 'done' || outcome === 'none' || outcome === 'planned' || outcome === 'declined' ? null : next,
  });
  const changed = changesView(situation, plan);
  if (plan.steps.length === 0) {
    // What could not be read, for example.
    for (const note of changed.notes) cli.io.stderr.write(`note: ${note}\n`);
    return changed.outcome === 'unknown'
      ? view('unknown', UNKNOWN, undefined)
      : view('none', 'Nothing is to be done.', []);
  }
  const shown = options.dryRun === true && options.json !== true ? cli.io.stdout : cli.io.stderr;
  shown.write(showChanges(changed, cli.colours()));
  if (plan.refusals.length > 0) return view('refused', plan.refusals.join(' '), plan.steps);
  if (options.dryRun === true) {
    const stop = foreseenStop(plan.steps, situation, context.overrides);
    return stop === undefined
      ? view('planned', 'Dry run: nothing was changed.', plan.steps)
      : view(stop.outcome, `Dry run: nothing was changed. The rollout would stop: ${stop.message}`, plan.steps);
  }
  const agreed = await confirm('Do these steps?', options, cli.io);
  cli.io.signal?.throwIfAborted();
  if (!agreed) return view('declined', 'Declined; nothing was changed.', plan.steps);
  try {
    const left = await announcingInterrupt(cli.io, INTERRUPTED, () =>
      rollOut(situation, context, (step) => void done.push(step)),
    );
    if (unreadFacts(left).length > 0) {
      for (const note of changesView(left, planChanges(left)).notes) cli.io.stderr.write(`note: ${note}\n`);
      return view('unknown', UNKNOWN, undefined);
    }
    return view('done', 'The deployment and the routers are as the file has them.', []);
  } catch (error) {
    const left = await stepsLeft(context);
    if (cli.io.signal?.aborted === true) return view('interrupted', 'Interrupted.', left);
    if (error instanceof RolloutStopped) return view(error.outcome, error.message, left);
    if (error instanceof CommandError) return view('failed', error.message, left);
    throw error;
  }
}

/** Ctrl-C does not interrupt this reading. */
async function stepsLeft({ file, cli }: RolloutContext): Promise<readonly Step[] | undefined> {
  const { signal: _interrupted, ...io } = cli.io;
  try {
    const now: Situation = await readSituation(file, { ...cli, io });
    return planChanges(now).steps;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

const INTERRUPTED =
  '\nInterrupted. The step that has begun ends, as far as AWS completes it. Reading what remains; Ctrl-C again exits at once.\n';

function nextCommand(named: string | undefined, { site, override = [], by }: Options): string {
  const words = [
    ...(named === undefined ? [] : [named]),
    ...(site === undefined ? [] : ['--site', site]),
    ...override.flatMap((rule) => ['--override', rule]),
    ...(by === undefined ? [] : ['--by', by]),
  ];
  return commandText(['rollout', ...words]);
}

function print(view: RolloutView, { json }: Options, { cli: { io, colours } }: RolloutContext): ExitCode {
  if (json === true) writeJson(io.stdout, 'rollout', view);
  else io.stdout.write(showRollout(view, colours()));
  return rolloutExitCode(view);
}
