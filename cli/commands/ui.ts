import { once } from 'node:events';
import type { Topology } from '#topology/topology.ts';
import { type AddCommand, type Cli, examples } from '../cli.ts';
import { DeployedSource } from '../live-page/deployed-source.ts';
import { topologyOption, wholeNumber } from '../options.ts';
import { cannotListen } from '../output/cannot-listen.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { writeJson } from '../output/json.ts';
import { requireDeployedTopology, topologyFile } from '../topology-file.ts';

interface Options {
  readonly topology?: string;
  readonly operate?: boolean;
  readonly port: number;
  readonly every: number;
  readonly json?: boolean;
}

/** `ui`: serves the live page of the topology on this machine, until Ctrl-C or SIGTERM. */
export const ui: AddCommand = (program, cli) => {
  const command = program
    .command('ui')
    .helpGroup('Inspect:')
    .summary('serve a live page of the sites on 127.0.0.1')
    .description(
      'Serve a live page of the sites, routers, tunnels and routes on 127.0.0.1, until Ctrl-C. The page reads the sites while it is open, ' +
        'with your credentials. It is read-only without --operate.',
    )
    .option(...topologyOption)
    .option('--operate', 'permit switchover, failback, pause, resume and maintenance from the page')
    .option('--every <SECONDS>', 'seconds between two readings of the sites', wholeNumber(1, 3600), 5)
    .option('--port <N>', 'port of the page; 0: any free port', wholeNumber(0, 65_535), 0)
    .option('--json', 'print one JSON object to stdout when it is ready')
    .action(
      cli.action(async (options: Options) => {
        const { io } = cli;
        if (topologyFile(options.topology, io) === '-')
          throw new CommandError(exitCodes.usage, 'ui requires the topology as a file, not on standard input');
        const { topology } = await requireDeployedTopology(options.topology, cli);
        const { url, close } = await serve(topology, options, cli);
        try {
          if (options.json === true) writeJson(io.stdout, 'ui', { pid: process.pid, url });
          else
            io.stdout.write(
              `Open ${url}\nThe URL has the token of this page: do not share it. To end it, press Ctrl-C.\n`,
            );
          if (io.signal?.aborted !== true && io.signal !== undefined) await once(io.signal, 'abort');
        } finally {
          await close();
        }
        return exitCodes.interrupted;
      }),
    );
  examples(command, ['vyos-failover ui', 'vyos-failover ui --operate --port 8080']);
};

async function serve(topology: Topology, { topology: file, operate, every, port }: Options, cli: Cli) {
  const { environment } = cli;
  // Loaded on use, because it bundles the page with esbuild, which no other command needs.
  const { servePage } = await import('#ui/server/serve-page.ts');
  const source = new DeployedSource({
    topology,
    run: (words, streams) => cli.command([...words, ...(file === undefined ? [] : ['--topology', file])], streams),
    next: environment.nextCommand,
    everyS: every,
    mayOperate: operate === true,
    sleep: (ms, signal) => environment.sleep(ms, signal),
  });
  try {
    return await servePage(source, port);
  } catch (error) {
    throw cannotListen('ui', port, error);
  }
}
