/** An action that waits for its time. `tie` orders actions of the same time at random. */
interface Waiting {
  readonly at: number;
  readonly tie: number;
  readonly act: () => void;
}

/**
 * Time that moves only from one waiting act to the next. Everything that a schedule does waits here, so that the seed
 * alone chooses how concurrent runs interleave.
 */
export class VirtualTime {
  #now: number;
  readonly #tie: () => number;
  /** A binary heap, earliest first. */
  readonly #heap: Waiting[] = [];
  steps = 0;

  /** @param tie chance that orders acts of the same millisecond */
  constructor(start: number, tie: () => number) {
    this.#now = start;
    this.#tie = tie;
  }

  readonly now = (): number => this.#now;

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.after(ms, resolve);
    });

  after(ms: number, act: () => void): void {
    this.#push({ at: this.#now + Math.max(0, ms), tie: this.#tie(), act });
  }

  /** Runs until `done` or nothing waits any more; rejects with what an act throws. */
  run(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let over = false;
      const step = () => {
        if (over) return;
        try {
          const next = done() ? undefined : this.#pop();
          if (next === undefined) {
            over = true;
            resolve();
            return;
          }
          this.#now = next.at;
          this.steps += 1;
          next.act();
        } catch (error) {
          over = true;
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      // Node empties the queue of promises between two immediates: what an act woke has run before the next one.
      const some = () => {
        if (over) return;
        for (let index = 0; index < IMMEDIATES; index++) setImmediate(step);
        setImmediate(some);
      };
      some();
    });
  }

  #push(waiting: Waiting): void {
    const heap = this.#heap;
    let index = heap.push(waiting) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || before(above, waiting)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = waiting;
  }

  #pop(): Waiting | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && before(right, left)) child += 1;
      const smaller = heap[child];
      if (smaller === undefined || before(last, smaller)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

/** So many acts in one turn of Node's loop: turning it costs more than an act. */
const IMMEDIATES = 64;

function before(a: Waiting, b: Waiting): boolean {
  return a.at < b.at || (a.at === b.at && a.tie <= b.tie);
}
