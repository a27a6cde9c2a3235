/** Words and text: how VyOS reads and writes `set` commands. */
import { isCreatedId } from '#topology/created-ids.ts';
import { VyosConfigError } from './errors.ts';
import type { Line } from './line.ts';
import { isSecretPlaceholder } from './secrets.ts';

/** Characters without a special meaning in the VyOS shell and in bash. */
const plain = /^[A-Za-z0-9_.:/@%+,=-]+$/;

/**
 * One word as written in a command: bare if it has no special characters, else in single quotes, as VyOS shows values.
 *
 * @throws VyosConfigError for a value that VyOS cannot store (see `valueFault`)
 */
export function quote(word: string): string {
  if (plain.test(word)) return word;
  const fault = valueFault(word);
  if (fault !== undefined) throw new VyosConfigError(`VyOS cannot store this value: ${fault}`);
  return `'${word}'`;
}

/**
 * Why VyOS cannot store a value, without repeating the value; undefined if it can. No version has an escape for quotes or line
 * ends (vyatta-cfg refuses them: src/cli_new.c, validate_value), and the shell, config.boot and swanctl.conf read a
 * backslash differently.
 */
export function valueFault(word: string): string | undefined {
  if (word === '') return 'it is empty';
  if (/['"]/.test(word)) return 'it contains a quote, for which VyOS has no escape';
  if (word.includes('\\')) return 'it contains a backslash, which parts of VyOS read differently';
  if (!/^[ -~]*$/.test(word)) return 'it contains a line end, a control character or a character outside ASCII';
  if (/\{\{|\}\}/.test(word) && !isSecretPlaceholder(word) && !isCreatedId(word))
    return 'double braces are reserved for the names of secrets and of created addresses';
  return undefined;
}

/** `set …` for a path. */
export function setCommand(path: Line): string {
  return `set ${path.map(quote).join(' ')}`;
}

/**
 * `delete …` for a path of a router. It may hold characters that `quote` refuses (a backslash, or an umlaut in an operator's
 * description): VyOS has stored them, so single quotes are enough.
 *
 * @throws VyosConfigError for a path with quotes or control characters, which VyOS cannot store
 */
export function deleteCommand(path: Line): string {
  if (!canBeDeleted(path)) {
    throw new VyosConfigError(
      'the running configuration holds a value with quotes or control characters, which VyOS does not accept\n' +
        '    hint: correct the value on the router; nothing was changed',
    );
  }
  return `delete ${path.map((word) => (plain.test(word) ? word : `'${word}'`)).join(' ')}`;
}

/** True if a command can contain the path. */
export function canBeDeleted(path: Line): boolean {
  return !path.some((word) => /['"\p{Cc}]/u.test(word));
}

/** `set …` for a path of a router, for display: without characters that a terminal would obey. */
export function showSetCommand(path: Line): string {
  const shown = path.map((word) =>
    plain.test(word) ? word : `'${word.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')}'`,
  );
  return `set ${shown.join(' ')}`;
}

const wordPattern = /(?:[^\s'"]|'[^']*'|"[^"]*")+/;
/** A word without quotes, or with single quotes around all of it. */
const simple = /^(?:[^'"]+|'[^'"]*')$/;
const anyQuote = /['"]/;
/** Anything between words that is not one space. */
const otherBlank = /\s\s|[^\S ]/;
/** A word before others, plain or in single quotes. */
const firstWord = /^(?:[^\s'"]+|'[^'"]*')\s+/;
const words = new RegExp(wordPattern, 'g');
const setLine = new RegExp(`^set(?:\\s+${wordPattern.source})+\\s*$`);

/** The fast path: it applies to nearly all of thousands of lines. Undefined if quotes or blanks need the full parser. */
function parseSimplePath(command: string): Line | undefined {
  const [, ...parts] = command.split(otherBlank.test(command) ? /\s+/ : ' ');
  if (parts.length === 0) return undefined;
  if (anyQuote.test(command) && !parts.every((part) => simple.test(part))) return undefined;
  return command.includes("'") ? parts.map((part) => (part.startsWith("'") ? part.slice(1, -1) : part)) : parts;
}

/**
 * The path of a `set` command, without quotes; undefined for any other line (blank, comment, `delete`).
 *
 * @param number the line's number, for the error
 * @throws VyosConfigError if quotes do not match; the text is not repeated, because it may hold a secret
 */
export function parseSetCommand(text: string, number: number): Line | undefined {
  const trimmed = text.trim();
  if (!/^set(\s|$)/.test(trimmed)) return undefined;
  const simplePath = parseSimplePath(trimmed);
  if (simplePath !== undefined) return simplePath;
  if (!setLine.test(trimmed)) {
    throw new VyosConfigError(`line ${number} of the configuration cannot be read: its quotes do not match`);
  }
  const [, ...path] = trimmed.match(words) ?? [];
  return path.map((quoted) => quoted.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

/**
 * The path of a line of a running configuration. An unreadable value (quotes inside quotes, which an old VyOS may have
 * accepted) is one word including its quotes, so that the nodes before it are still known.
 */
export function parseShownLine(text: string): Line | undefined {
  const trimmed = text.trim();
  if (!/^set(\s|$)/.test(trimmed)) return undefined;
  const simplePath = parseSimplePath(trimmed);
  if (simplePath !== undefined) return simplePath;
  if (setLine.test(trimmed)) return parseSetCommand(trimmed, 0);
  const nodes: string[] = [];
  let rest = trimmed.slice('set'.length).trim();
  for (let word = firstWord.exec(rest)?.[0]; word !== undefined; word = firstWord.exec(rest)?.[0]) {
    nodes.push(word.trimEnd().replace(/^'(.*)'$/, '$1'));
    rest = rest.slice(word.length);
  }
  return rest === '' ? nodes : [...nodes, rest];
}

/** A `set` or `delete` command as words, the verb first; undefined for any other line. */
export function parseCommand(command: string): Line | undefined {
  const [verb = ''] = command.split(' ', 1);
  if (verb !== 'set' && verb !== 'delete') return undefined;
  return [verb, ...(parseSetCommand(`set${command.slice(verb.length)}`, 0) ?? [])];
}
