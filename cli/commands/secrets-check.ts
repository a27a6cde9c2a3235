import { type AddCommand, examples, group } from '../cli.ts';
import { queryOptions, topologyArgument } from '../options.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { readSecretStatuses } from '../secrets/read-secrets.ts';
import { namedOnce, requireTopologyOfAccount } from '../topology-file.ts';
import { secretView, showSecret } from '../views/secrets-view.ts';

/** `secrets check [FILE]`: checks that every key exists with the same value in all its regions. Exit code 3: it does not. */
export const secretsCheck: AddCommand = (program, cli) => {
  const command = group(program, 'secrets')
    .command('check')
    .summary('check that every key exists')
    .description(
      'Check that every key that the topology names exists, with the same value in all its regions. Shows no values.',
    )
    .argument(...topologyArgument)
    .action(
      cli.action(async (argument: string | undefined, options: { topology?: string; json?: boolean }) => {
        const file = namedOnce(argument, options.topology);
        const topology = await requireTopologyOfAccount(file, cli);
        const secrets = (await readSecretStatuses(topology, cli)).map(secretView);
        if (options.json === true) writeJson(cli.io.stdout, 'secrets-check', { topology: topology.name, secrets });
        else for (const secret of secrets) cli.io.stdout.write(`${showSecret(secret, cli.colours())}\n`);
        if (secrets.some(({ state }) => state === 'missing'))
          cli.io.stderr.write(`next: ${cli.environment.nextCommand('secrets', 'create')}\n`);
        return secrets.every(({ state }) => state === 'there') ? exitCodes.done : exitCodes.attention;
      }),
    );
  queryOptions(command);
  examples(command, ['vyos-failover secrets check topology.yaml']);
};
