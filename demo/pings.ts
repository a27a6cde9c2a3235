/** A steady stream of pings through the emulated network, and the longest time without a reply. */
export class Pings {
  readonly #reaches: () => boolean;
  readonly #everyMs: number;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #lastReply = 0;
  #firstLoss: number | undefined;
  #sent = 0;
  #lost = 0;
  #longest: Gap = { from: 0, to: 0 };

  /**
   * @param reaches does a packet sent now come back?
   * @param everyMs distance between packets, ms
   */
  constructor(reaches: () => boolean, everyMs: number, now: () => number) {
    this.#reaches = reaches;
    this.#everyMs = everyMs;
    this.#now = now;
  }

  start(): void {
    this.#lastReply = this.#now();
    this.#timer = setInterval(() => this.#ping(), this.#everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get sent(): number {
    return this.#sent;
  }

  get lost(): number {
    return this.#lost;
  }

  /** The longest time between two replies that had a loss between them; `from` and `to` in ms since the epoch. */
  get outage(): Gap {
    return this.#longest;
  }

  /** Did the newest ping come back? */
  get answered(): boolean {
    return this.#firstLoss === undefined;
  }

  #ping(): void {
    const at = this.#now();
    this.#sent++;
    if (!this.#reaches()) {
      this.#lost++;
      this.#firstLoss ??= at;
      return;
    }
    const gap = { from: this.#lastReply, to: at };
    if (this.#firstLoss !== undefined && gap.to - gap.from > this.#longest.to - this.#longest.from) this.#longest = gap;
    this.#firstLoss = undefined;
    this.#lastReply = at;
  }
}

export interface Gap {
  readonly from: number;
  readonly to: number;
}
