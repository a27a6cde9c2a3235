import type { Site, Topology } from '#topology/topology.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { addressesFileOf } from '../created/addresses-file.ts';
import { describe } from '../created/stack-ended.ts';
import { deletePhases } from '../destroy/delete-phases.ts';
import { viewOf } from '../destroy/delete-stacks.ts';
import { type DoomedStack, doomedStacks } from '../destroy/doomed-stacks.ts';
import { readHistoriesLeft } from '../destroy/histories-left.ts';
import { readKeysLeft } from '../destroy/keys-left.ts';
import { trafficWarnings, whatRemains } from '../destroy/warnings.ts';
import { jsonOption, type QueryOptions, topologyArgument, topologyOption } from '../options.ts';
import { counted } from '../output/counted.ts';
import type { ExitCode } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { commandText } from '../output/next-command.ts';
import { type ConsentOptions, PromptLines, requirePromptOrYes } from '../prompt.ts';
import { requireSite } from '../require-name.ts';
import { namedOnce, requireLiveTopology, topologyFile } from '../topology-file.ts';
import { type DestroyView, destroyExitCode, type StackView, showDestroy, showStacks } from '../views/destroy-view.ts';

interface Options extends QueryOptions, ConsentOptions {
  readonly site?: string;
}

/** `destroy [FILE]`: deletes the stacks of a topology: routers, then sites, then addresses. */
export const destroy: AddCommand = (program, cli) => {
  const command = program
    .command('destroy')
    .helpGroup('Operate:')
    .summary('delete the stacks of a topology')
    .description(
      'Delete the stacks of a topology: those of the routers, then of the sites, then of the addresses. Routers, networks and Elastic ' +
        'IPs that the deployment created are deleted with them; of an existing site only the site’s own stack is. ' +
        'It says first what traffic is lost, and afterwards what remains. The same command continues an interrupted deletion.',
    )
    .argument(...topologyArgument)
    .option(...topologyOption)
    .option('--site <SITE>', 'delete the stacks of this site only (default: all sites)')
    .option('-n, --dry-run', 'show what would be deleted, without deleting it')
    .option('-y, --yes', 'do not ask for the name of the topology')
    .option(...jsonOption)
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        requirePromptOrYes(options, cli.io);
        const named = namedOnce(argument, options.topology);
        const { topology } = await requireLiveTopology(named, cli);
        const sites = options.site === undefined ? topology.sites : [requireSite(topology, options.site)];
        const file = addressesFileOf(topologyFile(named, cli.io));
        const next = nextCommand(named, options);
        return print(await run({ topology, sites, file, next }, options, cli), options, cli);
      }),
    );
  examples(command, [
    'vyos-failover destroy topology.yaml --dry-run',
    'vyos-failover destroy topology.yaml',
    'vyos-failover destroy topology.yaml --site tokyo --yes --json',
  ]);
};

interface Doomed {
  readonly topology: Topology;
  readonly sites: readonly Site[];
  /** The addresses file. */
  readonly file: string | undefined;
  /** The same command. */
  readonly next: string;
}

/** Read → show → ask for the topology's name → delete phase by phase, until one fails → say what remains. */
async function run({ topology, sites, file, next }: Doomed, options: Options, cli: Cli): Promise<DestroyView> {
  const phases = doomedStacks(topology, sites);
  const before = (await Promise.all(phases.flat().map((stack) => readState(stack, cli)))).filter(
    ({ state }) => state === 'exists',
  );
  const warnings = trafficWarnings(topology, sites);
  const keys = await readKeysLeft(topology, cli);
  const view = async (
    outcome: DestroyView['outcome'],
    says: string,
    stacks: readonly StackView[] = before,
  ): Promise<DestroyView> => ({
    topology: topology.name,
    dryRun: options.dryRun === true,
    outcome,
    says,
    stacks,
    warnings,
    remains:
      outcome === 'declined'
        ? []
        : [
            ...(await readHistoriesLeft(topology, sites, cli)),
            ...keptTexts(stacks),
            ...whatRemains(topology, sites, { addressesFile: file, keys }),
          ],
    next: outcome === 'failed' || outcome === 'interrupted' ? next : null,
  });
  if (before.length === 0) return view('absent', 'There is no stack to delete.');
  for (const warning of warnings) cli.io.stderr.write(`warning: ${warning}\n`);
  if (options.dryRun === true)
    return view('planned', `${counted(before.length, 'stack')} would be deleted. Dry run: nothing was changed.`);
  if (!(await agree(topology, before, options, cli))) return view('declined', 'Declined; nothing was changed.');
  const after = await deletePhases(phases, before, cli);
  if (cli.io.signal?.aborted === true)
    return view('interrupted', 'Interrupted. CloudFormation completes the deletions that have begun.', after);
  const failed = after.filter(({ state }) => state === 'failed');
  if (failed.length > 0)
    return view(
      'failed',
      `${counted(failed.length, 'stack')} could not be deleted. Remove what the reasons name (for example what you added to a created VPC, or a policy of viewers or operators from your roles), and run the same command again.`,
      after,
    );
  return view('destroyed', `${counted(after.length, 'stack')} deleted.`, after);
}

async function readState(stack: DoomedStack, cli: Cli): Promise<StackView> {
  const found = await describe(stack, cli);
  if (found === undefined) return viewOf(stack, 'absent');
  const table = found.outputs['SiteTableName'];
  const kept = table === undefined ? [] : [{ id: table, type: 'AWS::DynamoDB::GlobalTable' }];
  return { ...viewOf(stack, 'exists'), kept };
}

/** Tables have their own sentence, because those of stacks that an earlier run deleted remain too. */
function keptTexts(stacks: readonly StackView[]): string[] {
  return stacks.flatMap(({ name, site, region, kept, keptUnread }) => [
    ...kept
      .filter(({ type }) => !type.startsWith('AWS::DynamoDB::'))
      .map(({ id, type }) => `${type} ${id} of ${site} in ${region}.`),
    ...(keptUnread === null ? [] : [`What else ${name} left in ${region} could not be read: ${keptUnread}.`]),
  ]);
}

/** More than a yes: what is deleted does not come back. */
async function agree(
  { name }: Topology,
  stacks: readonly StackView[],
  { yes }: Options,
  { io }: Cli,
): Promise<boolean> {
  io.stderr.write(`${showStacks(stacks, io.stderr.columns)}\n`);
  if (yes === true) return true;
  io.stderr.write(`Enter the name of the topology (${name}) to delete ${counted(stacks.length, 'stack')}: `);
  const lines = new PromptLines(io);
  try {
    return (await lines.line())?.trim() === name;
  } finally {
    await lines.end();
  }
}

function nextCommand(named: string | undefined, { site }: Options): string {
  const words = [...(named === undefined ? [] : [named]), ...(site === undefined ? [] : ['--site', site])];
  return commandText(['destroy', ...words]);
}

function print(view: DestroyView, { json }: Options, { io, colours }: Cli): ExitCode {
  if (json === true) writeJson(io.stdout, 'destroy', view);
  else io.stdout.write(showDestroy(view, colours()));
  return destroyExitCode(view);
}
