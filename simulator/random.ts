import { mulberry32 } from '#emulator/random.ts';

/** A random stream that depends only on its names. Each part of a schedule uses its own stream. */
export class Chance {
  /** In [0, 1). */
  readonly number: () => number;

  /** @param names purpose of the stream; other names give other numbers */
  constructor(...names: readonly (string | number)[]) {
    let hash = 0x811c9dc5;
    for (const name of names) {
      for (const letter of `${name}\0`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
    }
    this.number = mulberry32(hash);
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
