import { type AddCommand, type Cli, examples, group } from '../cli.ts';
import { type ActionOptions, actionOptions } from '../options.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { confirm, requirePromptOrYes } from '../prompt.ts';
import { createMissing } from '../secrets/create-missing.ts';
import { readSecretStatuses, type SecretStatus } from '../secrets/read-secrets.ts';
import { namedOnce, requireTopology } from '../topology-file.ts';
import { type SecretView, secretView, showSecret } from '../views/secrets-view.ts';

type Options = Omit<ActionOptions, 'reason'>;

/** `secrets create [FILE]`: makes the keys that are missing, and copies those that one region has. Never overwrites. */
export const secretsCreate: AddCommand = (program, cli) => {
  const command = group(program, 'secrets', 'Configure', 'the keys of tunnels and Serf')
    .command('create')
    .description(
      'Make the keys that the topology names and that are missing, with random values; copy what only one region has.\n' +
        'Nothing is overwritten, and no value is ever shown.',
    )
    .argument('[FILE]', 'the topology; the same as --topology FILE')
    .action(
      cli.action(async (argument: string | undefined, options: Options) => {
        requirePromptOrYes(options, cli.io);
        const topology = await requireTopology(namedOnce(argument, options.topology), cli.io);
        const looked = await readSecretStatuses(topology, cli);
        return tell(topology.name, await create(looked, options, cli), options, cli);
      }),
    );
  actionOptions(command, { reason: false });
  examples(command, [
    'vyos-failover secrets create topology.yaml --dry-run',
    'vyos-failover secrets create topology.yaml --yes',
  ]);
};

/** A secret, and what was done about it. */
interface Created extends SecretView {
  /** `kept`: nothing was to be done, or could be. */
  readonly outcome: 'created' | 'copied' | 'kept' | 'planned' | 'declined';
}

async function create(looked: readonly SecretStatus[], options: Options, cli: Cli): Promise<Created[]> {
  const todo = looked.filter(({ state }) => state === 'missing');
  const all = (outcome: Created['outcome']): Created[] =>
    looked.map((each) => ({ ...secretView(each), outcome: todo.includes(each) ? outcome : 'kept' }));
  if (options.dryRun === true || todo.length === 0) return all('planned');
  for (const each of todo) cli.io.stderr.write(`${showSecret(secretView(each), cli.colours())}\n`);
  const question = `Make ${todo.length === 1 ? 'this key' : `these ${todo.length} keys`} where they are missing?`;
  if (!(await confirm(question, options, cli.io))) return all('declined');
  const created: Created[] = [];
  for (const each of looked) {
    if (!todo.includes(each)) created.push({ ...secretView(each), outcome: 'kept' });
    else {
      const now = await createMissing(each, cli);
      created.push({ ...secretView(now), outcome: each.from === undefined ? 'created' : 'copied' });
    }
  }
  return created;
}

function tell(
  topology: string,
  secrets: readonly Created[],
  { json, dryRun }: Options,
  { io, colours }: Cli,
): ExitCode {
  if (json === true) writeJson(io.stdout, 'secrets-create', { topology, dryRun: dryRun === true, secrets });
  else for (const each of secrets) io.stdout.write(`${showSecret(each, colours())} (${WORDS[each.outcome]})\n`);
  if (secrets.some(({ outcome }) => outcome === 'declined')) return exitCodes.notDone;
  // What differs is left as it is: nobody here knows which one is right.
  if (secrets.some(({ state, outcome }) => state !== 'there' && outcome !== 'planned')) return exitCodes.attention;
  return exitCodes.done;
}

const WORDS: Readonly<Record<Created['outcome'], string>> = {
  created: 'made now',
  copied: 'copied now',
  kept: 'left alone',
  planned: 'would be made',
  declined: 'nothing was done',
};
