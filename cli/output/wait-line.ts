import type { Output } from '../io.ts';
import { widthOf } from './wrap.ts';

/** https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const CLEAR_LINE = '\r\u001b[K';

/** Something that a command waits for. */
interface Wait {
  /** What it is now: a clause, and how long it has taken. */
  show(text: string): void;
  end(): void;
}

/**
 * The last line of a terminal says what a command waits for, while it does. What is written meanwhile comes above that line. Where the
 * output is not a terminal, nothing is shown.
 */
export class WaitLine implements Output {
  readonly #output: Output;
  readonly #waits = new Map<symbol, string>();
  #isShown = false;

  private constructor(output: Output) {
    this.#output = output;
  }

  /** A terminal has one such line: a command that another one runs shares it. */
  static on(output: Output): WaitLine {
    return output instanceof WaitLine ? output : new WaitLine(output);
  }

  get isTTY(): boolean | undefined {
    return this.#output.isTTY;
  }

  get columns(): number | undefined {
    return this.#output.columns;
  }

  get rows(): number | undefined {
    return this.#output.rows;
  }

  write(text: string): void {
    this.#clear();
    this.#output.write(text);
    if (text.endsWith('\n')) this.#draw();
  }

  begin(text: string): Wait {
    const wait = Symbol(text);
    const show = (now: string | undefined) => {
      if (now === undefined) this.#waits.delete(wait);
      else this.#waits.set(wait, now);
      this.#clear();
      this.#draw();
    };
    show(text);
    return { show, end: () => show(undefined) };
  }

  #clear(): void {
    if (this.#isShown) this.#output.write(CLEAR_LINE);
    this.#isShown = false;
  }

  /** A line as wide as the terminal would go on in the next one, which cannot be cleared. */
  #draw(): void {
    if (this.#output.isTTY !== true || this.#waits.size === 0) return;
    this.#output.write(shortened([...this.#waits.values()].join(' · '), (this.#output.columns ?? 80) - 1));
    this.#isShown = true;
  }
}

function shortened(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  return `${Array.from(text)
    .slice(0, columns - 1)
    .join('')}…`;
}
