/** The mistakes in a topology file, as values and never as exceptions. */

export type MistakeKind =
  | 'syntax'
  | 'duplicate-key'
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-type'
  | 'wrong-value'
  | 'unknown-name'
  | 'duplicate'
  | 'overlap'
  | 'outside'
  | 'count'
  | 'contradiction';

/** Keys and list indexes from the top of the file: `['tunnels', 0, 'network']`. */
export type Path = readonly (string | number)[];

export interface Mistake {
  readonly kind: MistakeKind;
  /** As the caller named it; `-` for standard input. */
  readonly file: string;
  /** Counted from 1, as editors do. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** `sites.tokyo.routers.tokyo-1.address`, `tunnels[0].network`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong, without a full stop. Never holds a secret. */
  readonly fault: string;
  /** How to correct it. */
  readonly hint: string;
}

/** A mistake that knows its path but not yet its line. */
export interface Fault {
  readonly kind: MistakeKind;
  readonly path: Path;
  /** Of a missing key: the alternative key; a mistake there makes this one redundant. */
  readonly or?: Path;
  /** Where to point: at the value (default) or at the key in front of it. */
  readonly at?: 'key' | 'value';
  readonly fault: string;
  readonly hint: string;
}

/** One paragraph per mistake, `file:line:column:` in front so that editors and terminals can jump there, then a count. */
export function renderMistakes(mistakes: readonly Mistake[]): string {
  const paragraphs = mistakes.map(renderMistake);
  return [...paragraphs, `${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}`].join('\n\n');
}

function renderMistake({ file, line, column, path, fault, hint }: Mistake): string {
  const where = path === '' ? [] : [`    at:   ${path}`];
  return [`${file}:${line}:${column}: ${fault}`, ...where, `    hint: ${hint}`].join('\n');
}

/** `sites.tokyo.frontSubnets[0]`; a key that is no plain word is quoted: `sites."my site".asn`. */
export function renderPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const word = /^[\w-]{1,80}$/.test(step) ? step : show(step);
      return index === 0 ? word : `.${word}`;
    })
    .join('');
}

/** A value of the file inside a sentence: one line, at most 60 characters, no control characters (a terminal would obey them). */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  // JSON leaves DEL, C1 controls and text direction marks as they are; terminals obey them.
  const safe = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return safe.length > 60 ? `${safe.slice(0, 57)}…` : safe;
}
