/** Functions that are called after each change. */
export class Listeners {
  readonly #all = new Set<() => void>();

  /** @returns removes it */
  add(listener: () => void): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  get size(): number {
    return this.#all.size;
  }

  notify(): void {
    for (const listener of this.#all) listener();
  }
}
