/** Facts over time. */
export class TruthLog<Fact extends string> {
  readonly #changes = new Map<Fact, { readonly at: number; readonly is: boolean }[]>();

  /** Records a fact if it has changed. */
  note(fact: Fact, is: boolean, at: number): boolean {
    const changes = this.#changes.get(fact);
    if (changes === undefined) this.#changes.set(fact, [{ at, is }]);
    else if (changes.at(-1)?.is === is) return false;
    else changes.push({ at, is });
    return true;
  }

  /** Since when the fact has this value; undefined: it does not have it. */
  since(fact: Fact, is = true): number | undefined {
    const last = this.#changes.get(fact)?.at(-1);
    return last?.is === is ? last.at : undefined;
  }

  /** Whether the fact had this value during the whole interval. */
  always(fact: Fact, from: number, to: number, is = true): boolean {
    return !this.ever(fact, from, to, !is);
  }

  /** Whether the fact had this value at any time in the interval. */
  ever(fact: Fact, from: number, to: number, is = true): boolean {
    const changes = this.#changes.get(fact) ?? [];
    return changes.some((change, index) => {
      const until = changes[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      return change.is === is && change.at <= to && until > from;
    });
  }
}
