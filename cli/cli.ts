import type { Command } from 'commander';
import type { Environment } from './environment.ts';
import type { Io } from './io.ts';
import type { Colours } from './output/colours.ts';
import type { ExitCode } from './output/exit-codes.ts';
import type { WaitLine } from './output/wait-line.ts';

/** What `run` gives to every command. */
export interface Cli {
  readonly io: Io;
  readonly environment: Environment;
  /** Also `io.stderr`. */
  readonly waits: WaitLine;
  /** Colours for stdout. Call it inside an action, because --no-color is parsed only then. */
  readonly colours: () => Colours;
  /** Wraps a command's work as an action of commander; its result becomes the exit code. */
  readonly action: <Args extends unknown[]>(
    work: (...args: Args) => Promise<ExitCode> | ExitCode,
  ) => (...args: Args) => Promise<void>;
  /** Runs another command line, such as a step of a rollout. What it prints goes to stderr, unless the streams say otherwise. */
  readonly command: (argv: readonly string[], streams?: Partial<Io>) => Promise<ExitCode>;
}

/** The export of each file in `commands/`: adds its command to the program. */
export type AddCommand = (program: Command, cli: Cli) => void;

/** Commands that have subcommands, with their lines in the help. */
const GROUPS = {
  topology: 'check and draw the topology file, and list security group rules',
  config: 'render, compare and push router configurations',
  secrets: 'check and create the keys of tunnels and Serf',
  router: 'build and install what runs on a router',
} as const;

/** The parent command (`topology` of `topology validate`); the first of its subcommands creates it. */
export function group(program: Command, name: keyof typeof GROUPS): Command {
  const existing = program.commands.find((command) => command.name() === name);
  return existing ?? program.command(name).description(GROUPS[name]).helpGroup('Configure:').helpCommand(false);
}

/** Prints examples at the end of the help. */
export function examples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}
