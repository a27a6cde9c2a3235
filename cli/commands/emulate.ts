import { once } from 'node:events';
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { EmulatedTopology } from '#demo/emulate.ts';
import { whyRefused } from '#infra/role-policies.ts';
import type { Topology } from '#topology/topology.ts';
import { type AddCommand, examples } from '../cli.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { shellWord } from '../output/shell-word.ts';
import { requireTopology, topologyFile, topologyOption } from '../topology-file.ts';

/** `emulate`: keeps the topology's stacks running in an AWS on this machine, until Ctrl-C or SIGTERM. */
export const emulate: AddCommand = (program, cli) => {
  const command = program
    .command('emulate')
    .helpGroup('Lab:')
    .description('Run the stacks in an AWS emulated on 127.0.0.1, for any AWS SDK or CLI, until Ctrl-C.')
    .option(...topologyOption)
    .addOption(new Option('--port <N>', 'of the AWS endpoint').default('0', 'any that is free'))
    .option('--json', 'one JSON object on stdout when it is ready')
    .action(
      cli.action(async (options: { topology?: string; port: string; json?: boolean }) => {
        const { io } = cli;
        const port = Number(options.port);
        if (!Number.isInteger(port) || port < 0 || port > 65_535) {
          throw new CommandError(exitCodes.usage, `--port takes a number from 0 to 65535, not "${options.port}"`);
        }
        const topology = await requireTopology(options.topology, io);
        const file = topologyFile(options.topology, io);
        if (file === '-') throw new CommandError(exitCodes.usage, 'emulate needs the topology as a file, not on stdin');
        const why = whyRefused(topology);
        if (why.length > 0) throw new CommandError(exitCodes.usage, why.join('\n'));
        io.stderr.write('synthesizing and starting…\n');
        const path = resolve(io.cwd, file);
        const running = await start(topology, path, port, io.signal);
        try {
          if (options.json === true) writeJson(io.stdout, 'emulate', asJson(topology, path, running));
          else io.stdout.write(render(topology, path, running));
          if (io.signal?.aborted !== true && io.signal !== undefined) await once(io.signal, 'abort');
        } finally {
          await running.close();
        }
        return exitCodes.done;
      }),
    );
  examples(command, ['vyos-failover emulate --topology examples/tokyo-virginia.yaml --port 4566']);
};

/** Loaded only here: no other command has an emulator in it. */
async function start(
  topology: Topology,
  file: string,
  port: number,
  signal: AbortSignal | undefined,
): Promise<EmulatedTopology> {
  const { emulateTopology } = await import('#demo/emulate.ts');
  try {
    return await emulateTopology(topology, file, port, signal);
  } catch (error) {
    throw new CommandError(exitCodes.failed, `emulate: ${(error as Error).message}`, { cause: error });
  }
}

function asJson(topology: Topology, file: string, { emulator, apiUrl }: EmulatedTopology) {
  return {
    pid: process.pid,
    file,
    endpoint: emulator.endpoint,
    credentials: emulator.credentials.forUser(),
    sites: topology.sites.map((site) => ({
      name: site.name,
      region: site.region,
      api: apiUrl(site),
    })),
    metadata: Object.fromEntries(
      routersOf(topology).map(({ name, instance = '' }) => [name, emulator.metadataUrl(instance)]),
    ),
  };
}

/** With the process's own id: what npx was started as is another process, and to end that one ends nothing. */
function render(topology: Topology, file: string, { emulator, apiUrl }: EmulatedTopology): string {
  const [site] = topology.sites;
  const { accessKeyId, secretAccessKey } = emulator.credentials.forUser();
  const active = site?.routers.active;
  return `${topology.name} runs on ${emulator.endpoint} as process ${process.pid}; Ctrl-C or \`kill ${process.pid}\` ends it.

  export AWS_ENDPOINT_URL=${emulator.endpoint}
  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}
  export AWS_REGION=${site?.region} AWS_DEFAULT_REGION=${site?.region}
  export VYOS_FAILOVER_TOPOLOGY=${shellWord(file)}

${topology.sites.map((each) => `  ${each.name.padEnd(12)} ${each.region.padEnd(16)} ${apiUrl(each)}/v1/sites/${each.name}/events`).join('\n')}

Stop ${active?.name} and see its routes move:
  curl -X POST ${emulator.endpoint}/_emulator/instances/${active?.instance}/stop
  aws ec2 describe-route-tables --query 'RouteTables[].Routes[].[DestinationCidrBlock,NetworkInterfaceId,State]' --output text
More: \`curl ${emulator.endpoint}/_emulator\` lists what it can be asked for (actions).
`;
}

function routersOf(topology: Topology) {
  return topology.sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
}
