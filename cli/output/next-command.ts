import { resolve } from 'node:path';
import { shellWord } from './shell-word.ts';

/**
 * Makes a command that the user can run next, for a shell: `vyos-failover status tokyo`. It names the topology where this command line
 * named one.
 *
 * @param words after `vyos-failover`, without the topology
 */
export type NextCommand = (...words: readonly string[]) => string;

/** Which topology a command line reads. */
interface NamedTopology {
  /** As typed; undefined: it names none. */
  readonly named: string | undefined;
  /** What is read where none is named. */
  readonly byDefault: string;
  readonly cwd: string;
}

/** The commands of a command line. A file that is read anyway is not repeated. */
export function nextCommands({ named, byDefault, cwd }: NamedTopology): NextCommand {
  const isDefault = named === undefined || pathOf(named, cwd) === pathOf(byDefault, cwd);
  const topology = isDefault ? [] : ['--topology', named];
  return (...words) => commandText([...words, ...topology]);
}

/** A command that names its topology itself, or needs none. @param words after `vyos-failover` */
export function commandText(words: readonly string[]): string {
  return ['vyos-failover', ...words.map(shellWord)].join(' ');
}

/** `-` is standard input, and no file. */
function pathOf(file: string, cwd: string): string {
  return file === '-' ? file : resolve(cwd, file);
}
