import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import * as commands from './commands.ts';
import { down } from './down.ts';
import { FAULTS } from './faults.ts';
import { LabError } from './lab-error.ts';
import { whyNot } from './requirements.ts';
import { rootInForce, runInRoot } from './root-enter.ts';
import { checkName, LABS, readRoot } from './state.ts';

const MAIN = new URL('main.ts', import.meta.url);

/** Where help and complaints go. What a command itself prints goes to the process. */
export interface Output {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** @returns the exit code */
export async function commandLine(argv: readonly string[], output: Output = process): Promise<number> {
  let exitCode = 0;
  try {
    await labCommand(argv, output, (code) => (exitCode = code)).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const mistake = error instanceof LabError;
    output.stderr.write(`${error instanceof Error ? (mistake ? error.message : error.stack) : String(error)}\n`);
    return mistake ? 2 : 1;
  }
}

function labCommand(argv: readonly string[], output: Output, end: (exitCode: number) => void): Command {
  const lab = new Command('npm run lab --')
    .usage('COMMAND [options]      (Linux, root)')
    .description('A topology as network namespaces: real FRR and Serf, an emulated AWS, hosts that ping each other.')
    .option('--name <name>', 'name of the lab, if there are several', 'lab')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.stdout.write(text),
      writeErr: (text) => output.stderr.write(text),
    })
    .showHelpAfterError('See npm run lab -- --help')
    .addHelpText(
      'after',
      `
Faults of \`fail\`:
${Object.entries(FAULTS)
  .map(([fault, description]) => `  ${fault.padEnd(20)}${description}`)
  .join('\n')}

Exit codes: 0 done, or the lab is healthy · 1 failed · 2 the command line or the topology is wrong
            3 validate found faults`,
    );
  const nameOf = () => checkName(lab.opts<{ name: string }>().name);

  /** A command that runs with the lab's daemons: in the root directory that `up --root` chose, if it did. */
  const inRoot =
    <Args extends unknown[]>(act: (name: string, ...args: Args) => Promise<number>, given?: () => string | undefined) =>
    async (...args: Args): Promise<void> => {
      const root = given?.() ?? readRoot(join(LABS, nameOf()));
      if (root !== undefined && rootInForce() === undefined) {
        return end(await runInRoot(root, [process.execPath, fileURLToPath(MAIN), ...argv]));
      }
      const reason = whyNot();
      if (reason !== undefined) throw new LabError(reason);
      end(await act(nameOf(), ...args));
    };

  const up = lab
    .command('up')
    .description('start the lab, wait until it is healthy, and print `export` lines for the CLI');
  up.option('--topology <file>', 'the topology file', 'examples/tokyo-virginia.yaml')
    .option('--root <dir>', "daemons of this root directory in place of the machine's; later commands use them too")
    .option('--plain', 'tunnels are VXLAN without encryption in place of GRE in ESP; needs no strongSwan')
    .addOption(
      new Option(
        '--create',
        'deploy a topology of created sites into an empty account; its routers build themselves',
      ).conflicts('plain'),
    )
    .action(
      inRoot(
        (name, { topology, plain = false, create = false }: { topology: string; plain?: boolean; create?: boolean }) =>
          create ? commands.create(name, topology) : commands.up(name, topology, plain),
        () => up.opts<{ root?: string }>().root,
      ),
    );
  lab
    .command('status')
    .description('where the routes point, BGP, and programs')
    .option('--json', 'print one JSON object')
    .action(inRoot((name, { json = false }: { json?: boolean }) => commands.status(name, json)));
  lab
    .command('fail <name> [fault]')
    .description('break a router, or with the fault `partition` a site')
    .action(inRoot((name, where: string, fault: string = 'router') => commands.fail(name, where, fault)));
  lab
    .command('heal [name] [cut]')
    .description('remove every fault, or only one uplink, api or partition; routes stay where they are')
    .action(inRoot((name, where?: string, cut?: string) => commands.healAll(name, where, cut)));
  lab
    .command('subnets <file>')
    .description(
      'create the front subnets that the file has and the lab lacks, with hosts and with routes at the owner; `vyos-failover config push FILE` then configures the routers',
    )
    .action(inRoot((name, file: string) => commands.subnets(name, file)));
  lab
    .command('ping')
    .description('ping between two sites: packets sent and received, the longest gap')
    .option('--from <site>', 'default: the first site')
    .option('--to <site>', 'default: the second site')
    .option('--seconds <n>', 'duration', secondsOf, 10)
    .action(inRoot((name, options: { from?: string; to?: string; seconds: number }) => commands.ping(name, options)));
  lab
    .command('ui')
    .description('serve a page on 127.0.0.1, on which you break routers and watch, until Ctrl-C')
    .option('--port <n>', 'port of the page; 0: any free port', portOf, 0)
    .action(inRoot((name, { port }: { port: number }) => commands.ui(name, port)));
  lab
    .command('validate')
    .description('check BGP, BFD, routes, Serf, and pings')
    .action(inRoot((name) => commands.validateLab(name)));
  lab
    .command('down')
    .description('remove the lab, also after a crash')
    .action(async () => {
      const reason = whyNot();
      if (reason !== undefined) throw new LabError(reason);
      await down(nameOf());
    });
  lab
    .command('root')
    .description('root directories with other daemons')
    .command('make <dir>')
    .description('create a root directory with a newer Debian, whose FRR, strongSwan and Serf `up --root DIR` uses')
    .action(async (directory: string) => end(await commands.makeRootDirectory(directory)));
  return lab;
}

/** @throws InvalidArgumentError */
function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3_600) return seconds;
  throw new InvalidArgumentError('It takes a number up to 3600.');
}

/** @throws InvalidArgumentError */
function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It takes a number from 0 to 65535.');
}
