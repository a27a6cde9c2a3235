/** One line of a configuration for comparison, without the values of secrets. */
import { VyosConfigError } from './errors.ts';
import { keyOf, type Line } from './line.ts';
import { parseSetCommand, parseShownLine, showSetCommand } from './quote.ts';
import { secretName } from './secrets.ts';

export interface ConfigEntry {
  /** Without the value, where the value is a secret. */
  readonly path: Line;
  readonly key: string;
  /**
   * Undefined: the line holds no secret. A string: the SSM name in the placeholder of the secret. Null: the line held the
   * value itself, which is not kept.
   */
  readonly secret: string | null | undefined;
}

/** Leaves that hold secrets, generated ones (`secret`, `pre-shared-secret`) and foreign ones. */
const secretLeaf = /(^|-)(secret|password|passphrase|key)$/;

/**
 * The entries of a configuration given as `set` lines; other lines are skipped.
 *
 * @throws VyosConfigError for a line that cannot be read, by its number alone
 */
export function configEntries(lines: readonly string[]): ConfigEntry[] {
  return lines.flatMap((text, index) => {
    const words = parseSetCommand(text, index + 1);
    return words === undefined ? [] : [configEntry(words)];
  });
}

/** The entries of a router's running configuration; an unreadable value is one word of its path. Other lines are skipped. */
export function shownEntries(lines: readonly string[]): ConfigEntry[] {
  return lines.flatMap((text) => {
    const words = parseShownLine(text);
    return words === undefined || words.length === 0 ? [] : [configEntry(words)];
  });
}

/**
 * The entries of a configuration to be pushed.
 *
 * @throws VyosConfigError if it holds the value of a secret
 */
export function wantedEntries(lines: readonly string[]): ConfigEntry[] {
  const entries = configEntries(lines);
  const bare = entries.find(({ secret }) => secret === null);
  if (bare === undefined) return entries;
  throw new VyosConfigError(
    `${bare.path.join(' ')} holds the value of a secret\n    hint: write the name of the secret instead, as in '{{ssm:/vyos-failover/NAME/psk/ROUTER--ROUTER}}'`,
  );
}

/** As a `set` line for display, without the secret's value. */
export function showEntry({ path, secret }: ConfigEntry): string {
  const line = showSetCommand(path);
  if (secret === undefined) return line;
  return `${line} ${secret === null ? '(not shown)' : `(the value of ${secret})`}`;
}

function configEntry(words: Line): ConfigEntry {
  const leaf = words.at(-2);
  const value = words.at(-1);
  if (leaf === undefined || value === undefined || !secretLeaf.test(leaf)) {
    return { path: words, key: keyOf(words), secret: undefined };
  }
  const path = words.slice(0, -1);
  return { path, key: keyOf(path), secret: secretName(value) ?? null };
}
