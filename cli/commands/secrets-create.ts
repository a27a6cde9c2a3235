import { type AddCommand, type Cli, examples, group } from '../cli.ts';
import { type ActionOptions, actionOptions, topologyArgument } from '../options.ts';
import { type CommandError, saysAndHint } from '../output/command-error.ts';
import { counted } from '../output/counted.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { confirm, requirePromptOrYes } from '../prompt.ts';
import { createMissing } from '../secrets/create-missing.ts';
import { readSecretStatuses, type SecretStatus } from '../secrets/read-secrets.ts';
import { namedOnce, requireTopologyOfAccount } from '../topology-file.ts';
import { type SecretView, secretView, showSecret } from '../views/secrets-view.ts';

type Options = Omit<ActionOptions, 'reason'>;

/** `secrets create [FILE]`: creates missing keys, and copies keys that only one region has. Never overwrites. */
export const secretsCreate: AddCommand = (program, cli) => {
  const command = group(program, 'secrets')
    .command('create')
    .summary('create the missing keys')
    .description(
      'Create the missing keys that the topology names, with random values, and copy keys that only one region has. ' +
        'Existing keys are not overwritten, and no values are shown.',
    )
    .argument(...topologyArgument)
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        requirePromptOrYes(options, cli.io);
        const topology = await requireTopologyOfAccount(namedOnce(argument, options.topology), cli);
        const statuses = await readSecretStatuses(topology, cli);
        const { secrets, failed } = await create(statuses, options, cli);
        const exitCode = print(topology.name, { secrets, failed }, options, cli);
        if (failed !== undefined) cli.io.stderr.write(`${failed.message}\n`);
        return exitCode;
      }),
    );
  actionOptions(command, { reason: false });
  examples(command, [
    'vyos-failover secrets create topology.yaml --dry-run',
    'vyos-failover secrets create topology.yaml --yes',
  ]);
};

/** A secret and what was done with it. */
interface Created extends SecretView {
  /**
   * `kept`: it exists, or cannot be repaired here. `failed`: not created in the regions of `missing`; whether in the first of them is
   * unknown if AWS's answer was lost. `not-tried`: an earlier one failed.
   */
  readonly outcome: 'created' | 'copied' | 'kept' | 'planned' | 'declined' | 'failed' | 'not-tried';
}

interface Ended {
  readonly secrets: readonly Created[];
  /** Why the command ended before all keys were created. */
  readonly failed?: CommandError | undefined;
}

async function create(statuses: readonly SecretStatus[], options: Options, cli: Cli): Promise<Ended> {
  const todo = statuses.filter(({ state }) => state === 'missing');
  const all = (outcome: Created['outcome']): Ended => ({
    secrets: statuses.map((each) => ({ ...secretView(each), outcome: todo.includes(each) ? outcome : 'kept' })),
  });
  if (options.dryRun === true || todo.length === 0) return all('planned');
  for (const each of todo) cli.io.stderr.write(`${showSecret(secretView(each), cli.colours())}\n`);
  const question = `Create ${counted(todo.length, 'missing key')}?`;
  if (!(await confirm(question, options, cli.io))) return all('declined');
  return createAll(statuses, todo, cli);
}

/** Until one fails: what failed for it is likely to fail for the others. @throws what it failed with, if nothing was created */
async function createAll(statuses: readonly SecretStatus[], todo: readonly SecretStatus[], cli: Cli): Promise<Ended> {
  const secrets: Created[] = [];
  let failed: CommandError | undefined;
  let hasCreated = false;
  for (const each of statuses) {
    if (!todo.includes(each)) secrets.push({ ...secretView(each), outcome: 'kept' });
    else if (failed !== undefined) secrets.push({ ...secretView(each), outcome: 'not-tried' });
    else {
      const creation = await createMissing(each, cli);
      failed = creation.failed;
      hasCreated ||= creation.now.missing.length < each.missing.length;
      const done = each.from === undefined ? 'created' : 'copied';
      secrets.push({ ...secretView(creation.now), outcome: failed === undefined ? done : 'failed' });
    }
  }
  if (failed !== undefined && !hasCreated) throw failed;
  return { secrets, failed };
}

function print(
  topology: string,
  { secrets, failed }: Ended,
  { json, dryRun }: Options,
  { io, colours }: Cli,
): ExitCode {
  if (json === true) {
    const error = failed && { error: { exitCode: failed.exitCode, ...saysAndHint(failed.message) } };
    writeJson(io.stdout, 'secrets-create', { topology, dryRun: dryRun === true, secrets, ...error });
  } else
    for (const each of secrets) io.stdout.write(`${showSecret(each, colours())} (${OUTCOME_TEXTS[each.outcome]})\n`);
  if (failed !== undefined) return failed.exitCode;
  if (secrets.some(({ outcome }) => outcome === 'declined')) return exitCodes.notDone;
  // Values that differ are kept, because the command cannot know which one is right.
  if (secrets.some(({ state, outcome }) => state !== 'there' && outcome !== 'planned')) return exitCodes.attention;
  return exitCodes.done;
}

const OUTCOME_TEXTS: Readonly<Record<Created['outcome'], string>> = {
  created: 'created',
  copied: 'copied',
  kept: 'not changed',
  planned: 'would be created',
  declined: 'declined',
  failed: 'failed',
  'not-tried': 'not tried',
};
