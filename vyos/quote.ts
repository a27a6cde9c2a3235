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
 * `delete …` for a path that a router has. It may hold what we would not write ourselves (a backslash, an umlaut in
 * somebody's description): VyOS has carried it, so single quotes do too.
 *
 * @throws VyosConfigError for a path with quotes or control characters in it, which no VyOS has
 */
export function deleteCommand(path: Line): string {
  if (!canBeDeleted(path)) {
    throw new VyosConfigError(
      'the running configuration holds a value with quotes or control characters, which VyOS itself would not take\n' +
        '    hint: look at it on the router; nothing is changed before that',
    );
  }
  return `delete ${path.map((word) => (plain.test(word) ? word : `'${word}'`)).join(' ')}`;
}

/** Can a command name it? */
export function canBeDeleted(path: Line): boolean {
  return !path.some((word) => /['"\p{Cc}]/u.test(word));
}

/** `set …` for a path that a router has, for people: nothing in it can rewrite a terminal. */
export function showSetCommand(path: Line): string {
  const shown = path.map((word) =>
    plain.test(word) ? word : `'${word.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')}'`,
  );
  return `set ${shown.join(' ')}`;
}

const wordPattern = /(?:[^\s'"]|'[^']*'|"[^"]*")+/;
/** A word whose quotes, if it has any, are around all of it. */
const simple = /^(?:[^'"]+|'[^'"]*')$/;
/** One before others, plain or in single quotes of its own. */
const firstWord = /^(?:[^\s'"]+|'[^'"]*')\s+/;
const words = new RegExp(wordPattern, 'g');
const setLine = new RegExp(`^set(?:\\s+${wordPattern.source})+\\s*$`);

/**
 * The path of a `set` command, quotes taken off; undefined for any other line (blank, comment, `delete`).
 *
 * @param number the line's number, for the error
 * @throws VyosConfigError where quotes do not match; the text is not repeated, since it may hold a secret
 */
export function parseSetCommand(text: string, number: number): Line | undefined {
  const trimmed = text.trim();
  if (!/^set(\s|$)/.test(trimmed)) return undefined;
  const [, ...parts] = trimmed.split(/\s+/);
  // Nearly all lines, of thousands.
  if (parts.length > 0 && parts.every((part) => simple.test(part)))
    return parts.map((part) => (part.startsWith("'") ? part.slice(1, -1) : part));
  if (!setLine.test(trimmed)) {
    throw new VyosConfigError(`line ${number} of the configuration cannot be read: its quotes do not match`);
  }
  const [, ...path] = trimmed.match(words) ?? [];
  return path.map((quoted) => quoted.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

/**
 * The path of a line that a router shows. A value that cannot be read (quotes inside quotes, as an old VyOS may have taken
 * them) is one word, quotes and all: the nodes before it are known all the same.
 */
export function parseShownLine(text: string): Line | undefined {
  const trimmed = text.trim();
  if (!/^set(\s|$)/.test(trimmed)) return undefined;
  if (setLine.test(trimmed)) return parseSetCommand(trimmed, 0);
  const nodes: string[] = [];
  let rest = trimmed.slice('set'.length).trim();
  for (let word = firstWord.exec(rest)?.[0]; word !== undefined; word = firstWord.exec(rest)?.[0]) {
    nodes.push(word.trimEnd().replace(/^'(.*)'$/, '$1'));
    rest = rest.slice(word.length);
  }
  return rest === '' ? nodes : [...nodes, rest];
}

/** A `set` or `delete` command in words, its verb first; undefined for any other line. */
export function parseCommand(command: string): Line | undefined {
  const [verb = ''] = command.split(' ', 1);
  if (verb !== 'set' && verb !== 'delete') return undefined;
  return [verb, ...(parseSetCommand(`set${command.slice(verb.length)}`, 0) ?? [])];
}
