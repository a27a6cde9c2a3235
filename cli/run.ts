import { Command, CommanderError, Help } from 'commander';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { type Cli, examples } from './cli.ts';
import { commandsFor } from './commands/index.ts';
import type { GivenEnvironment } from './environment.ts';
import type { Io } from './io.ts';
import { TOPOLOGY_ARGUMENT } from './options.ts';
import { coloursFor } from './output/colours.ts';
import { CommandError, saysAndHint } from './output/command-error.ts';
import { type ExitCode, exitCodes, exitCodesHelp } from './output/exit-codes.ts';
import { writeJson } from './output/json.ts';
import { WaitLine } from './output/wait-line.ts';
import { nextCommandsFor } from './topology-file.ts';

/**
 * Runs a command line, independent of the process.
 *
 * @param argv the words after `vyos-failover`
 * @returns the exit code; never throws
 */
export async function run(argv: readonly string[], streams: Io, environment: GivenEnvironment): Promise<ExitCode> {
  const waits = WaitLine.on(streams.stderr);
  const io = { ...streams, stderr: waits };
  let exitCode: ExitCode = exitCodes.done;
  const program = createProgram(io);
  let named: string | undefined;
  program.hook('preAction', (_, command) => {
    named = topologyIn(command);
  });
  const cli: Cli = {
    io,
    waits,
    environment: {
      ...bypassable(environment, () => program.opts<{ bypassApi?: boolean }>().bypassApi === true),
      nextCommand: (...words) => nextCommandsFor(named, io)(...words),
    },
    colours: () => coloursFor(io.stdout, io.env, program.opts<{ color: boolean }>().color),
    action:
      (work) =>
      async (...args) => {
        io.signal?.throwIfAborted();
        exitCode = await work(...args);
      },
    command: (words, others) => run(words, { ...io, stdout: waits, ...others }, cli.environment),
  };
  for (const add of await commandsFor(argv)) add(program, cli);
  pointAtHelp(program, 'vyos-failover');
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    const code = explain(error, io);
    if (code !== exitCodes.done && argv.includes('--json')) writeJson(io.stdout, 'error', errorView(code, error, io));
    return code;
  }
}

/** The topology that a command line names, by its option or as its argument; undefined: none. */
function topologyIn(command: Command): string | undefined {
  const { topology } = command.opts<{ topology?: string }>();
  const isArgument = command.registeredArguments[0]?.name() === TOPOLOGY_ARGUMENT;
  return topology ?? (isArgument ? command.args[0] : undefined);
}

/** With `--bypass-api` no site has a URL. The option is parsed only when the command runs. */
function bypassable(environment: GivenEnvironment, isBypassed: () => boolean): GivenEnvironment {
  return {
    ...environment,
    apiUrl: (...call) => (isBypassed() ? Promise.resolve(undefined) : environment.apiUrl(...call)),
  };
}

/** The object that `--json` prints in place of a result. `hint`: what to do next. */
function errorView(exitCode: ExitCode, error: unknown, { signal }: Io) {
  if (signal?.aborted === true) return { exitCode, says: 'Interrupted.' };
  // Commander's only error without a message: it has printed the help.
  if (error instanceof CommanderError && error.code === 'commander.help')
    return { exitCode, says: 'the command is not complete', hint: 'see the help, which lists the commands' };
  const message = error instanceof Error ? error.message : String(error);
  const text = saysAndHint(message.replace(/^error: /, ''));
  return { exitCode, ...text, ...(error instanceof WrongCommandLine && { hint: error.hint }) };
}

/** A command line that commander refuses, with where its command is described. */
class WrongCommandLine extends CommanderError {
  readonly hint: string;

  constructor({ exitCode, code, message }: CommanderError, hint: string) {
    super(exitCode, code, shortened(message));
    this.hint = hint;
  }
}

const LONGEST_MESSAGE = 500;
const KEPT_AT_EACH_END = 200;

/** Commander repeats a wrong word as it was typed, however long: its message is cut in the middle, where the word is. */
function shortened(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  return `${message.slice(0, KEPT_AT_EACH_END)}…${message.slice(-KEPT_AT_EACH_END)}`;
}

/** Gives each command's errors the words that show its help. @param path of the command, as it is typed */
function pointAtHelp(command: Command, path: string): void {
  const hint = `${path} --help ${command.commands.length > 0 ? 'lists the commands' : 'shows its arguments and options, with examples'}`;
  command.exitOverride((error) => {
    // Help and version end in the same way.
    throw error.exitCode === 0 || error.code === 'commander.help' ? error : new WrongCommandLine(error, hint);
  });
  for (const each of command.commands) pointAtHelp(each, `${path} ${each.name()}`);
}

function createProgram(io: Io): Command {
  const help = new Command('help')
    .argument('[command]')
    .description('show the help of a command')
    .helpGroup('Inspect:');
  const program = new Command('vyos-failover')
    .description('Failover for pairs of VyOS routers on AWS, configured by one topology file.')
    .version(PRODUCT_VERSION, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      commandUsage: usageOf,
      optionDescription: (option) => {
        const text = new Help().optionDescription(option);
        return option.mandatory ? `${text} (required)` : text;
      },
    })
    .option(
      '--bypass-api',
      'for an emergency: invoke the functions of the sites without their APIs; the history records your name as not verified',
    )
    .option('--no-color', 'print without colours (as with NO_COLOR set, or when the output is not a terminal)')
    .addHelpCommand(help)
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(shortened(text)),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  return examples(program, [
    'vyos-failover status',
    'vyos-failover explain tokyo',
    'vyos-failover switchover tokyo --to tokyo-2 --reason "kernel update of tokyo-1"',
    'vyos-failover topology validate topology.yaml',
  ]).addHelpText('after', `\n${exitCodesHelp}`);
}

/** `vyos-failover switchover [options] --to <ROUTER> --reason <TEXT> <SITE>`: with the options that are required. */
function usageOf(command: Command): string {
  const required = command.options
    .filter(({ mandatory }) => mandatory)
    .map(({ long, flags }) => flags.slice(flags.indexOf(long ?? '')));
  return new Help().commandUsage(command).replace('[options]', ['[options]', ...required].join(' '));
}

function explain(error: unknown, io: Io): ExitCode {
  if (io.signal?.aborted === true) return exitCodes.interrupted;
  if (error instanceof WrongCommandLine) io.stderr.write(`    hint: ${error.hint}\n`);
  // Commander has printed the message. It exits with 1 for an invalid command line, where our contract says 2.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof CommandError) {
    io.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`This is a bug in vyos-failover. Please report it:\n${stack}\n`);
  return exitCodes.failed;
}
