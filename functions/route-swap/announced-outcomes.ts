/** More than the reports that can be open at once. Beyond it the oldest is dropped, and would be announced a second time. */
const MAX_IDS = 64;

/**
 * The outcomes that this environment of the function has announced, by trigger. They prevent a second announcement while the
 * site's store does not answer.
 */
export class AnnouncedOutcomes {
  readonly #byId = new Map<string, string>();

  /** @param id the trigger's, or another one for what the outcome is about */
  add(id: string, result: Announced): void {
    this.#byId.delete(id);
    this.#byId.set(id, keyOf(result));
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= MAX_IDS) return;
      this.#byId.delete(oldest);
    }
  }

  /** Whether this is the outcome that was announced last for that id. */
  has(id: string, result: Announced): boolean {
    return this.#byId.get(id) === keyOf(result);
  }
}

interface Announced {
  readonly outcome: string;
  readonly reason: string;
}

const keyOf = ({ outcome, reason }: Announced) => `${outcome} ${reason}`;
