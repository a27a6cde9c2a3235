import type { Argument, Command, Option } from 'commander';

/** Names in the topology that words may stand for. */
export interface KnownNames {
  /** Router names by site. */
  readonly sites: Readonly<Record<string, readonly string[]>>;
}

/**
 * The words that may stand in place of the last one of a command line. None: the shell completes file names.
 *
 * @param program the command line with all commands
 * @param words the words after `vyos-failover`; the last one is incomplete, or empty
 */
export function candidates(program: Command, words: readonly string[], names: KnownNames): readonly string[] {
  const last = words.at(-1) ?? '';
  const { command, argument, option } = position(program, words.slice(0, -1));
  const possible =
    option !== undefined
      ? valuesOf(option, option.long?.slice(2) ?? '', words, names)
      : last.startsWith('-')
        ? optionsOf(command)
        : wordsAt(command, argument, words, names);
  return possible.filter((word) => word.startsWith(last));
}

interface Position {
  readonly command: Command;
  /** Number of arguments before the last word. */
  readonly argument: number;
  /** The option whose value the last word is. */
  readonly option: Option | undefined;
}

function position(program: Command, words: readonly string[]): Position {
  let [command, argument, option]: [Command, number, Option | undefined] = [program, 0, undefined];
  for (const word of words) {
    const sub = command.commands.find((each) => each.name() === word);
    if (option !== undefined) option = undefined;
    else if (word.startsWith('-')) option = takingValue(command, word);
    else if (argument === 0 && sub !== undefined) command = sub;
    else argument += 1;
  }
  return { command, argument, option };
}

function takingValue(command: Command, word: string): Option | undefined {
  return command.options.find(({ long, short, required }) => required && (word === long || word === short));
}

function optionsOf(command: Command): readonly string[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short }) => long ?? short ?? '');
}

function wordsAt(command: Command, argument: number, words: readonly string[], names: KnownNames): readonly string[] {
  const subcommands = command.createHelp().visibleCommands(command);
  if (argument === 0 && subcommands.length > 0) return subcommands.map((each) => each.name());
  const expected = command.registeredArguments[argument];
  return expected === undefined ? [] : valuesOf(expected, expected.name(), words, names);
}

function valuesOf(
  { argChoices }: Option | Argument,
  name: string,
  words: readonly string[],
  { sites }: KnownNames,
): readonly string[] {
  if (argChoices !== undefined) return argChoices;
  if (/^site$/i.test(name)) return Object.keys(sites);
  if (!/^(router|to)$/i.test(name)) return [];
  const named = Object.keys(sites).filter((site) => words.includes(site));
  return (named.length === 0 ? Object.keys(sites) : named).flatMap((site) => sites[site] ?? []);
}
