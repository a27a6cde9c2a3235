import type { VirtualClock } from './virtual-clock.ts';

/**
 * Asked of each call, with its number (0: the first): does the invocation die there, before the call goes out or after
 * it took effect?
 */
export type Crashes = (call: string, count: number) => 'before' | 'after' | undefined;

const NEVER = new Promise<never>(() => undefined);

/** One invocation of a function, as far as it can die: a dead one neither calls nor goes on. */
export class Invocation {
  readonly id: string;
  /** What it called, in order: `ec2 ReplaceRoute rtb-1 10.2.0.0/20`. */
  readonly calls: string[] = [];
  readonly #clock: VirtualClock;
  readonly #crashes: Crashes;
  #dead = false;
  #answer: { readonly value: unknown } | undefined;

  /** @param crashes default: it lives to its end */
  constructor(id: string, clock: VirtualClock, crashes: Crashes = () => undefined) {
    this.id = id;
    this.#clock = clock;
    this.#crashes = crashes;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** It answered, or will never. */
  get isOver(): boolean {
    return this.#dead || this.#answer !== undefined;
  }

  /** Undefined while there is none. An error is an answer, too. */
  get answer(): unknown {
    return this.#answer?.value;
  }

  /** As Lambda ends what takes too long: at once, wherever it is. */
  kill(): void {
    if (!this.isOver) this.#dead = true;
  }

  begin(story: Promise<unknown>): void {
    const note = (value: unknown) => {
      if (!this.#dead) this.#answer = { value };
    };
    story.then(note, note);
  }

  /** Everything that it does in the world goes through here. */
  async call<T>(name: string, act: () => Promise<T>): Promise<T> {
    if (this.#dead) return NEVER;
    const crash = this.#crashes(name, this.calls.length);
    this.calls.push(name);
    if (crash === 'before') this.kill();
    if (this.#dead) return NEVER;
    try {
      const result = await act();
      if (crash === 'after') this.kill();
      return this.#dead ? await NEVER : result;
    } catch (error) {
      if (crash === 'after') this.kill();
      return this.#dead ? await NEVER : Promise.reject(error);
    }
  }

  async sleep(ms: number): Promise<void> {
    await this.#clock.sleep(ms);
    if (this.#dead) await NEVER;
  }
}
