import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { type Cli, examples } from './cli.ts';
import { commands } from './commands/index.ts';
import type { Environment } from './environment.ts';
import type { Io } from './io.ts';
import { coloursFor } from './output/colours.ts';
import { CommandError } from './output/command-error.ts';
import { type ExitCode, exitCodes, exitCodesHelp } from './output/exit-codes.ts';
import { writeJson } from './output/json.ts';

/**
 * The whole command line without a process around it.
 *
 * @param argv what the user typed after `vyos-failover`
 * @returns the exit code; never throws
 */
export async function run(argv: readonly string[], io: Io, environment: Environment): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram(io);
  const cli: Cli = {
    io,
    environment,
    colours: () => coloursFor(io.stdout, io.env, program.opts<{ color: boolean }>().color),
    action:
      (work) =>
      async (...args) => {
        exitCode = await work(...args);
      },
  };
  for (const add of commands) add(program, cli);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    const code = explain(error, io);
    if (code !== exitCodes.done && argv.includes('--json')) writeJson(io.stdout, 'error', errorView(code, error, io));
    return code;
  }
}

/** For `--json`: a command that ends with an error prints no other object. */
function errorView(exitCode: ExitCode, error: unknown, { signal }: Io): { exitCode: ExitCode; says: string } {
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode, says: signal?.aborted === true ? 'Interrupted.' : message };
}

function createProgram(io: Io): Command {
  const help = new Command('help').argument('[command]').description('Show the help of a command.').helpGroup('Look:');
  const program = new Command('vyos-failover')
    .description('Failover for pairs of VyOS routers on AWS, out of one topology file.')
    .version(packageJson.version)
    .option('--no-color', 'no colours (nor with NO_COLOR set, nor where the output is no terminal)')
    .addHelpCommand(help)
    .addHelpText('after', `\n${exitCodesHelp}`)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  return examples(program, [
    'vyos-failover status',
    'vyos-failover explain tokyo',
    'vyos-failover switchover tokyo --to tokyo-2 --reason "kernel update of tokyo-1"',
    'vyos-failover topology validate topology.yaml',
  ]);
}

function explain(error: unknown, io: Io): ExitCode {
  if (io.signal?.aborted === true) return exitCodes.interrupted;
  // Commander has said it already. Its own exit code for a wrong command line is 1, ours is 2; help and version are 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof CommandError) {
    io.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`This is a bug in vyos-failover, please report it:\n${stack}\n`);
  return exitCodes.failed;
}
