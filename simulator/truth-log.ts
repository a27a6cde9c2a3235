/** What was true of something, and from when on. */
export class TruthLog<Fact extends string> {
  readonly #changes = new Map<Fact, { readonly at: number; readonly is: boolean }[]>();

  /** Writes a fact down if it is another one than before. */
  note(fact: Fact, is: boolean, at: number): boolean {
    const changes = this.#changes.get(fact) ?? [];
    this.#changes.set(fact, changes);
    if (changes.at(-1)?.is === is) return false;
    changes.push({ at, is });
    return true;
  }

  /** Since when it is so; undefined: it is not so. */
  since(fact: Fact, is = true): number | undefined {
    const last = this.#changes.get(fact)?.at(-1);
    return last?.is === is ? last.at : undefined;
  }

  /** Was it so all the time? */
  always(fact: Fact, from: number, to: number, is = true): boolean {
    return !this.ever(fact, from, to, !is);
  }

  /** Was it so at any time? */
  ever(fact: Fact, from: number, to: number, is = true): boolean {
    const changes = this.#changes.get(fact) ?? [];
    return changes.some((change, index) => {
      const until = changes[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      return change.is === is && change.at <= to && until > from;
    });
  }
}
