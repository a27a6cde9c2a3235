/** Chance that is the same for the same name: each part of a schedule draws from a stream of its own. */
export class Chance {
  #state: number;

  /** @param names what the numbers are for; other names give other numbers */
  constructor(...names: readonly (string | number)[]) {
    let hash = 0x811c9dc5;
    for (const name of names) {
      for (const letter of `${name}\0`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
    }
    this.#state = hash;
  }

  /** In [0, 1); mulberry32. */
  number(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.number() * (most - least + 1));
  }

  happens(probability: number): boolean {
    return this.number() < probability;
  }

  /** @throws RangeError if there is nothing to choose from */
  oneOf<T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(this.number() * choices.length)];
    if (chosen === undefined) throw new RangeError('nothing to choose from');
    return chosen;
  }

  /** Mostly short, sometimes ten times as long: what a network call takes, ms. */
  latency(usual: number): number {
    const factor = this.happens(0.05) ? 10 : 0.5 + this.number();
    return Math.round(usual * factor);
  }
}
