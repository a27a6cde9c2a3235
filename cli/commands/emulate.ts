import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { whyRefused } from '#infra/role-policies.ts';
import { whyAgentUnusable } from '#infra/router-bundles/agent-package.ts';
import type { Topology } from '#topology/topology.ts';
import { type AddCommand, examples } from '../cli.ts';
import { isCreated } from '../created/created-sites.ts';
import type { Io } from '../io.ts';
import { topologyOption, wholeNumber } from '../options.ts';
import { cannotListen } from '../output/cannot-listen.ts';
import { CommandError } from '../output/command-error.ts';
import { emulatedJson, emulatedText, exportLines } from '../output/emulated-topology.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireTopology, topologyFile } from '../topology-file.ts';

/** `emulate`: runs the stacks of a topology in an emulated AWS on this machine, until Ctrl-C or SIGTERM. */
export const emulate: AddCommand = (program, cli) => {
  const command = program
    .command('emulate')
    .helpGroup('Emulate:')
    .summary('run the stacks in an emulated AWS on 127.0.0.1')
    .description(
      'Run the stacks in an emulated AWS on 127.0.0.1, for any AWS SDK or CLI, until Ctrl-C. With sites that are to be created the ' +
        'account is empty, for `npx cdk deploy`.',
    )
    .option(...topologyOption)
    .option('--port <N>', 'port of the AWS endpoint; 0: any free port', wholeNumber(0, 65_535), 0)
    .option('--json', 'print one JSON object to stdout when it is ready')
    .action(
      cli.action(async (options: { topology?: string; port: number; json?: boolean }) => {
        const { io } = cli;
        const { port } = options;
        const topology = await requireTopology(options.topology, io);
        const file = topologyFile(options.topology, io);
        if (file === '-')
          throw new CommandError(exitCodes.usage, 'emulate requires the topology as a file, not on standard input');
        const why = whyRefused(topology);
        if (why.length > 0) throw new CommandError(exitCodes.usage, why.join('\n'));
        const path = resolve(io.cwd, file);
        await requireFreePort(port);
        const started = topology.sites.some(isCreated) ? startEmpty : startDeployed;
        const { close, text, json } = await started({ topology, path, port }, io);
        try {
          if (options.json === true) writeJson(io.stdout, 'emulate', json);
          else io.stdout.write(text);
          if (io.signal?.aborted !== true && io.signal !== undefined) await once(io.signal, 'abort');
        } finally {
          await close();
        }
        return io.signal?.aborted === true ? exitCodes.interrupted : exitCodes.done;
      }),
    );
  examples(command, ['vyos-failover emulate --topology examples/tokyo-virginia.yaml --port 4566']);
};

interface Emulated {
  readonly topology: Topology;
  /** Absolute path of the topology file. */
  readonly path: string;
  readonly port: number;
}

interface Started {
  readonly text: string;
  readonly json: object;
  readonly close: () => Promise<void>;
}

/** Sites that exist: their stacks are deployed. Loads the emulator on use, because no other command needs it. */
async function startDeployed({ topology, path, port }: Emulated, { stderr, signal }: Io): Promise<Started> {
  stderr.write('Synthesizing the stacks and starting…\n');
  const { emulateTopology } = await import('#demo/emulate.ts');
  const running = await orFailed(port, emulateTopology(topology, path, port, signal));
  return {
    text: emulatedText(topology, path, running),
    json: emulatedJson(topology, path, running),
    close: running.close,
  };
}

/** Sites that are to be created: nothing is deployed, so that `cdk deploy` can do it. */
async function startEmpty({ topology, path, port }: Emulated, { stderr }: Io): Promise<Started> {
  const why = whyAgentUnusable(topology, dirname(path));
  if (why !== undefined) stderr.write(`note: ${why}\n`);
  const { emulateEmptyAccount } = await import('#demo/emulate-empty.ts');
  const { emulator, close } = await orFailed(port, emulateEmptyAccount(topology, port));
  const credentials = emulator.credentials.forUser();
  const json = { pid: process.pid, file: path, endpoint: emulator.endpoint, credentials, sites: [], metadata: {} };
  return { text: renderEmpty(topology, path, emulator), json, close };
}

/** Before the synthesis, which takes many seconds. @throws CommandError (exit code 1) */
async function requireFreePort(port: number): Promise<void> {
  const server = createServer();
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  await orFailed(port, listening);
  await new Promise((resolve) => server.close(resolve));
}

async function orFailed<T>(port: number, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    throw cannotListen('emulate', port, error);
  }
}

function renderEmpty(topology: Topology, file: string, emulator: Parameters<typeof exportLines>[2]): string {
  const { endpoint } = emulator;
  return `An AWS account in which ${topology.name} is not deployed yet runs on ${endpoint} as process ${process.pid}. To end it, press Ctrl-C or run \`kill ${process.pid}\`.

${exportLines(topology, file, emulator)}

To create it, and watch its routers build themselves:
  npx vyos-failover secrets create
  npx cdk deploy --all --require-approval never
  npx vyos-failover addresses
  npx vyos-failover status          # fit after two rounds of the probe, one a minute: curl -X POST ${endpoint}/_emulator/schedules/tick
To stop a router (vyos-failover addresses lists the instances) and start it again:
  curl -X POST ${endpoint}/_emulator/instances/INSTANCE/stop
  curl -X POST ${endpoint}/_emulator/instances/INSTANCE/start
To replace the instances by another image, for example VyOS 1.5:
  aws ec2 describe-images --query 'Images[].[ImageId,Name]' --output text
  npx vyos-failover upgrade ${topology.sites.find(isCreated)?.name} --image IMAGE
\`curl ${endpoint}/_emulator\` lists all actions of the emulator.
`;
}
