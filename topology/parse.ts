/** YAML text → plain value that still knows where each of its parts was written. */
import { LineCounter, parseDocument } from 'yaml';
import { aliasFault } from './aliases.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { offsetOf } from './locate.ts';
import type { Fault, Mistake, MistakeKind, Path } from './mistakes.ts';
import { renderPath } from './mistakes.ts';

/** In UTF-16 units. A topology of a thousand routes takes some 30 000. */
const largestText = 1024 * 1024;

export interface Parsed {
  readonly value: unknown;
  /** Keys written twice; the rest of the file can be checked all the same. */
  readonly mistakes: readonly Mistake[];
  /** Adds file, line and column. A path that is not in the file is shown at its nearest parent. */
  readonly place: (fault: Fault) => Mistake;
  /** The line of the value at a path. */
  readonly lineOf: (path: Path) => number;
}

/** The value, or why the text cannot be read as YAML; then nothing else can be said about it. */
export function parseYaml(
  text: string,
  file: string,
): Parsed | { readonly value?: undefined; readonly mistakes: readonly Mistake[] } {
  const lines = new LineCounter();
  const mistakeAt = (kind: MistakeKind, offset: number, path: Path, { fault, hint }: Said): Mistake => {
    const { line, col } = lines.linePos(offset);
    // The counter knows no first line while nothing is parsed, or nothing is there.
    return { kind, file, line: Math.max(1, line), column: Math.max(1, col), path: renderPath(path), fault, hint };
  };
  if (text.length > largestText) {
    return {
      mistakes: [
        mistakeAt('syntax', 0, [], { fault: 'the file is larger than 1 MiB', hint: 'is this the right file?' }),
      ],
    };
  }
  const document = parseDocument(text, {
    merge: true,
    stringKeys: true,
    uniqueKeys: false,
    resolveKnownTags: false,
    // Pretty errors would quote the source line, and with it perhaps a key that somebody pasted there.
    prettyErrors: false,
    lineCounter: lines,
  });
  const unreadable = [...document.errors, ...document.warnings].map(({ message, pos: [offset] }) =>
    mistakeAt('syntax', offset, [], { fault: `YAML: ${message}`, hint: syntaxHint(message) }),
  );
  if (unreadable.length > 0) return { mistakes: unreadable };
  const endless = aliasFault(document);
  if (endless !== undefined) return { mistakes: [mistakeAt('syntax', endless.offset, [], endless)] };
  return {
    // -1: aliasFault has bounded them already, and with a place to point at.
    value: document.toJS({ maxAliasCount: -1 }) as unknown,
    mistakes: duplicateKeys(document, (offset) => lines.linePos(offset).line).map((key) =>
      mistakeAt('duplicate-key', key.offset, key.path, key),
    ),
    place: (fault) => mistakeAt(fault.kind, offsetOf(document, fault.path, fault.at), fault.path, fault),
    lineOf: (path) => lines.linePos(offsetOf(document, path)).line,
  };
}

type Said = Pick<Mistake, 'fault' | 'hint'>;

function syntaxHint(message: string): string {
  if (/tab/i.test(message)) return 'indent with spaces';
  if (/multiple documents/i.test(message)) return 'keep one topology in a file; take out the --- line';
  if (/alias/i.test(message)) return 'define the &anchor above the place that uses it';
  return 'look at the indentation, quotes and brackets here and on the line above';
}
