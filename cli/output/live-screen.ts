import type { Output } from '../io.ts';
import { widthOf, wrapWords } from './wrap.ts';

/** https://invisible-island.net/xterm/ctlseqs/ctlseqs.html: the alternate screen has no scrollback, and keeps what was there before. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
/** The terminal shows a frame at once; one that does not know this mode ignores it. */
const BEGIN_FRAME = '\u001b[?2026h';
const END_FRAME = '\u001b[?2026l';

/** A terminal on which a text is drawn again and again in the same place. */
export class LiveScreen {
  readonly #output: Output;
  #last: string | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Draws a text over the one before. Each line is overwritten and not cleared first, so that nothing flickers. */
  draw(text: string): void {
    const enter = this.#last === undefined ? ENTER : '';
    const lines = fittingLines(text, this.#output.columns ?? 80, this.#output.rows ?? 24);
    const frame = lines.map((line) => `${line}${CLEAR_LINE}`).join('\r\n');
    this.#output.write(`${enter}${BEGIN_FRAME}${HOME}${frame}${CLEAR_BELOW}${END_FRAME}`);
    this.#last = text;
  }

  /** Restores the terminal, and leaves the last text on it. */
  leave(): void {
    if (this.#last === undefined) return;
    this.#output.write(`${LEAVE}${this.#last}\n`);
    this.#last = undefined;
  }
}

/** The lines of a text that a terminal has room for. A last line counts those that it has not. */
function fittingLines(text: string, columns: number, rows: number): readonly string[] {
  const lines = text.split('\n').flatMap((line) => wrapped(line, columns));
  if (lines.length <= rows) return lines;
  return [...lines.slice(0, rows - 1), `… ${lines.length - rows + 1} more lines: enlarge the terminal`];
}

/** The lines that follow the first are indented as it is, and two columns more. */
function wrapped(line: string, columns: number): readonly string[] {
  if (widthOf(line) <= columns) return [line];
  const [start = ''] = /^ */.exec(line) ?? [];
  const [first = '', ...rest] = wrapWords(line.slice(start.length), columns - start.length - 2);
  return [`${start}${first}`, ...rest.map((each) => `${start}  ${each}`)].flatMap((each) => cut(each, columns));
}

/** Breaks a word that is wider than the terminal. */
function cut(line: string, columns: number): readonly string[] {
  if (widthOf(line) <= columns) return [line];
  const letters = Array.from(line);
  return [letters.slice(0, columns).join(''), ...cut(letters.slice(columns).join(''), columns)];
}
