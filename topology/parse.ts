/** YAML text → plain value, with the line and column of each of its parts. */
import { LineCounter, parseDocument, type YAMLError } from 'yaml';
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
  readonly duplicates: readonly { readonly path: Path; readonly mistake: Mistake }[];
  /** Adds file, line and column. A path that is not in the file is shown at its nearest parent. */
  readonly place: (fault: Fault) => Mistake;
  /** The line of the value at a path. */
  readonly lineOf: (path: Path) => number;
}

/** The value, or the mistakes for which the text cannot be read as YAML. */
export function parseYaml(
  text: string,
  file: string,
): Parsed | { readonly value?: undefined; readonly mistakes: readonly Mistake[] } {
  const lines = new LineCounter();
  const mistakeAt = (kind: MistakeKind, offset: number, path: Path, { fault, hint }: MistakeText): Mistake => {
    const { line, col } = lines.linePos(offset);
    // The counter knows no first line while nothing is parsed, or nothing is there.
    return { kind, file, line: Math.max(1, line), column: Math.max(1, col), path: renderPath(path), fault, hint };
  };
  if (text.length > largestText) {
    return {
      mistakes: [
        mistakeAt('syntax', 0, [], {
          fault: 'the file is larger than 1 MiB',
          hint: 'check that this is the topology file',
        }),
      ],
    };
  }
  const document = parseDocument(text, {
    merge: true,
    stringKeys: true,
    uniqueKeys: false,
    resolveKnownTags: false,
    // Pretty errors quote the source line, which may hold a pasted key.
    prettyErrors: false,
    lineCounter: lines,
  });
  const unreadable = causesOf([...document.errors, ...document.warnings]).map((error) =>
    mistakeAt('syntax', error.pos[0], [], syntaxText(error)),
  );
  if (unreadable.length > 0) return { mistakes: firstOnLines(unreadable) };
  const endless = aliasFault(document);
  if (endless !== undefined) return { mistakes: [mistakeAt('syntax', endless.offset, [], endless)] };
  return {
    // -1: aliasFault has bounded them already, and with a place to point at.
    value: document.toJS({ maxAliasCount: -1 }) as unknown,
    duplicates: duplicateKeys(document, (offset) => lines.linePos(offset).line).map((key) => ({
      path: key.path,
      mistake: mistakeAt('duplicate-key', key.offset, key.path, key),
    })),
    place: (fault) => mistakeAt(fault.kind, offsetOf(document, fault.path, fault.at), fault.path, fault),
    lineOf: (path) => lines.linePos(offsetOf(document, path)).line,
  };
}

/** Where the parser gave up, every list and mapping around that place counts as unfinished. */
function causesOf(errors: readonly YAMLError[]): readonly YAMLError[] {
  const tooDeep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  return tooDeep === undefined ? errors : [tooDeep];
}

type MistakeText = Pick<Mistake, 'fault' | 'hint'>;

/** The parser reports lines after a broken one as broken too, so only the first three are kept. */
function firstOnLines(mistakes: readonly Mistake[]): Mistake[] {
  const lines = new Map(mistakes.toReversed().map((mistake) => [mistake.line, mistake]));
  return [...lines.values()].toSorted((a, b) => a.line - b.line).slice(0, 3);
}

function syntaxText({ code, message }: YAMLError): MistakeText {
  if (code === 'MULTIPLE_DOCS') {
    return { fault: 'a second YAML document begins', hint: 'a file holds one topology: remove the --- line' };
  }
  if (code === 'RESOURCE_EXHAUSTION') {
    return { fault: 'lists or mappings are nested too deeply', hint: 'check that this is the topology file' };
  }
  const hint =
    code === 'TAB_AS_INDENT' ? 'indent with spaces' : 'check the indentation, quotes and brackets here and above';
  return { fault: `YAML: ${message}`, hint };
}
