import type { Command } from 'commander';
import type { Environment } from './environment.ts';
import type { Io } from './io.ts';
import type { Colours } from './output/colours.ts';
import type { ExitCode } from './output/exit-codes.ts';

/** What `run` gives to every command. */
export interface Cli {
  readonly io: Io;
  readonly environment: Environment;
  /** For results on stdout. To be asked for inside an action: --no-color is not known before. */
  readonly colours: () => Colours;
  /** Makes commander's action out of a command's work, whose value becomes the exit code. */
  readonly action: <Args extends unknown[]>(
    work: (...args: Args) => Promise<ExitCode> | ExitCode,
  ) => (...args: Args) => Promise<void>;
}

/** What a file in `commands/` exports: it adds its command to the program. */
export type AddCommand = (program: Command, cli: Cli) => void;

/** Headings of the help: what somebody wants to do. */
export type HelpGroup = 'Look' | 'Act' | 'Configure' | 'Lab';

/** The group (`topology` of `topology validate`), made by whichever of its commands comes first. */
export function group(program: Command, name: string, task: HelpGroup, description: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  return known ?? program.command(name).description(description).helpGroup(`${task}:`);
}

/** Help begins with how it is used; options come after. */
export function examples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText('before', `Examples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`);
}
