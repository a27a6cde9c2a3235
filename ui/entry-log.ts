import type { Entry } from './contract.ts';

const MOST_ENTRIES = 500;

/** Numbers the entries of a timeline and keeps the newest ones. */
export class EntryLog {
  readonly #entries: Entry[] = [];
  #last = 0;

  add(entry: Omit<Entry, 'id'>): void {
    this.#last++;
    this.#entries.push({ ...entry, id: this.#last });
    if (this.#entries.length > MOST_ENTRIES) this.#entries.shift();
  }

  /** In the order in which they were added. */
  get all(): readonly Entry[] {
    return this.#entries;
  }
}
