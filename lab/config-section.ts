import type { Line } from '#vyos/line.ts';

/**
 * A part of a VyOS configuration that is read piece by piece and records which nodes were not read, so that a translation can
 * prove that it is complete.
 */
export class Section {
  readonly #path: Line;
  readonly #below = new Map<string, Section>();
  /** True if a line ends here that has not been read yet. */
  #unread = false;

  private constructor(path: Line) {
    this.#path = path;
  }

  /** @param lines paths, without `set` */
  static of(lines: readonly Line[]): Section {
    const all = new Section([]);
    for (const line of lines) all.#add(line);
    return all;
  }

  /** The section below a path; undefined: there is none. */
  section(...path: Line): Section | undefined {
    const [word, ...rest] = path;
    if (word !== undefined) return this.#below.get(word)?.section(...rest);
    this.#unread = false;
    return this;
  }

  /** All sections of one kind, such as neighbors or rules, by name. */
  each(...path: Line): (readonly [name: string, section: Section])[] {
    const section = this.section(...path);
    if (section === undefined) return [];
    const found = [...section.#below];
    for (const [, each] of found) each.#unread = false;
    return found;
  }

  has(...path: Line): boolean {
    return this.section(...path) !== undefined;
  }

  /**
   * The value of a leaf that has one; undefined: it is not set.
   *
   * @throws RangeError for a leaf with several
   */
  value(...path: Line): string | undefined {
    const [first, ...others] = this.each(...path).map(([name]) => name);
    if (others.length === 0) return first;
    throw new RangeError(
      `set ${[...this.#path, ...path].join(' ')} has ${others.length + 1} values; at most one is allowed`,
    );
  }

  /** @throws RangeError for a leaf that is not set */
  must(...path: Line): string {
    const value = this.value(...path);
    if (value !== undefined) return value;
    throw new RangeError(`set ${[...this.#path, ...path].join(' ')} is missing, and VyOS requires it`);
  }

  /** Paths of the lines that were not read. */
  unread(): Line[] {
    return [...(this.#unread ? [this.#path] : []), ...[...this.#below.values()].flatMap((each) => each.unread())];
  }

  #add([word, ...rest]: Line): void {
    if (word === undefined) {
      this.#unread = true;
      return;
    }
    const below = this.#below.get(word) ?? new Section([...this.#path, word]);
    this.#below.set(word, below);
    below.#add(rest);
  }
}
