/**
 * A configuration path as words, without `set`: `['interfaces', 'tunnel', 'tun0', 'mtu', '1414']`. Words are unquoted;
 * `quote.ts` quotes them.
 */
export type Line = readonly string[];

/**
 * Writes a path as VyOS shows it: line`interfaces tunnel ${name} mtu ${mtu}`. Every value is one word, even with spaces in
 * it; a path (Line) as a value adds its words.
 */
export function line(literals: TemplateStringsArray, ...values: readonly (string | number | Line)[]): Line {
  const words: string[] = [];
  for (const [index, literal] of literalWords(literals).entries()) words.push(...literal, ...valueWords(values[index]));
  return words;
}

/** A path as one string, for sets and maps; the words of a configuration hold no NUL. */
export function keyOf(path: Line): string {
  return path.join('\0');
}

/** The key of the node above; empty: there is none. */
export function keyOfParent(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('\0')));
}

/** The literal words of each template: one object for each place in the code, however often it runs. */
const known = new WeakMap<TemplateStringsArray, readonly (readonly string[])[]>();

function literalWords(literals: TemplateStringsArray): readonly (readonly string[])[] {
  const before = known.get(literals);
  if (before !== undefined) return before;
  const words = literals.map((literal) => literal.split(' ').filter((word) => word !== ''));
  known.set(literals, words);
  return words;
}

function valueWords(value: string | number | Line | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
}
