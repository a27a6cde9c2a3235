/** More than the reports that can be open at once; beyond it the oldest is forgotten, and told once more. */
const MOST = 64;

/**
 * How people were told that a trigger ended, as far as this environment of the function knows: what the site's store knows
 * better, and what stands in for it while it does not answer.
 */
export class AnnouncedOutcomes {
  readonly #byId = new Map<string, string>();

  /** @param id the trigger's, or whatever the saying is about */
  add(id: string, result: Said): void {
    this.#byId.delete(id);
    this.#byId.set(id, wordsOf(result));
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= MOST) return;
      this.#byId.delete(oldest);
    }
  }

  /** Is this the last that people were told of that trigger? */
  has(id: string, result: Said): boolean {
    return this.#byId.get(id) === wordsOf(result);
  }
}

interface Said {
  readonly outcome: string;
  readonly reason: string;
}

const wordsOf = ({ outcome, reason }: Said) => `${outcome} ${reason}`;
