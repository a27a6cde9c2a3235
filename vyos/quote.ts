/** Between words and text: how VyOS reads and writes `set` commands. */
import { VyosConfigError } from './errors.ts';
import type { Line } from './line.ts';
import { isSecretPlaceholder } from './secrets.ts';

/** Characters that neither VyOS's shell nor bash give a meaning to. */
const plain = /^[A-Za-z0-9_.:/@%+,=-]+$/;

/**
 * One word as it stands in a command: bare where nothing in it has a meaning, else in single quotes, as VyOS itself
 * shows values.
 *
 * @throws VyosConfigError for what VyOS cannot carry (see `valueFault`)
 */
export function quote(word: string): string {
  const fault = valueFault(word);
  if (fault !== undefined) throw new VyosConfigError(`VyOS cannot carry this value: ${fault}`);
  return plain.test(word) ? word : `'${word}'`;
}

/**
 * Why VyOS cannot carry a value, without repeating the value; undefined where it can. No version has an escape for
 * quotes or line ends (vyatta-cfg refuses them: src/cli_new.c, validate_value), and a backslash is read differently by
 * the shell, config.boot and swanctl.conf.
 */
export function valueFault(word: string): string | undefined {
  if (word === '') return 'it is empty';
  if (/['"]/.test(word)) return 'it has a quote in it, and VyOS has no way to write one';
  if (word.includes('\\')) return 'it has a backslash in it, which VyOS reads differently in different places';
  if (!/^[ -~]*$/.test(word)) return 'it has a line end, a control character or a character outside ASCII in it';
  if (/\{\{|\}\}/.test(word) && !isSecretPlaceholder(word)) return 'double braces are kept for the names of secrets';
  return undefined;
}

/** `set …` for a path. */
export function setCommand(path: Line): string {
  return `set ${path.map(quote).join(' ')}`;
}

/**
 * `delete …` for a path that a router has. It may have in it what we would not write ourselves (a backslash, an umlaut
 * in somebody's description): VyOS has carried it, so single quotes carry it too.
 */
export function deleteCommand(path: Line): string {
  return `delete ${path.map((word) => (plain.test(word) ? word : `'${word}'`)).join(' ')}`;
}

const word = /(?:[^\s'"]|'[^']*'|"[^"]*")+/;
const setLine = new RegExp(`^set(?:\\s+${word.source})+\\s*$`);

/**
 * The path of a `set` command, quotes taken off; undefined for any other line (blank, comment, `delete`).
 *
 * @param number the line's number, for the error
 * @throws VyosConfigError where quotes do not match; the text is not repeated, since it may hold a secret
 */
export function parseSetCommand(text: string, number: number): Line | undefined {
  const trimmed = text.trim();
  if (!/^set(\s|$)/.test(trimmed)) return undefined;
  if (!setLine.test(trimmed)) {
    throw new VyosConfigError(`line ${number} of the configuration cannot be read: its quotes do not match`);
  }
  const [, ...words] = trimmed.match(new RegExp(word, 'g')) ?? [];
  return words.map((quoted) => quoted.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
