/**
 * How many events of one function's queue run at once. Lambda states no number; a process takes a third of a second to start, and the first
 * evaluation of a stack's alarms alone is a dozen of events.
 */
const AT_ONCE = 2;

/** The queue of a function's asynchronous invocations: each waits until fewer than `AT_ONCE` of its function run. */
export class EventQueue {
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  /** @param arn of the function */
  async run<T>(arn: string, act: () => Promise<T>): Promise<T> {
    await this.#enter(arn);
    try {
      return await act();
    } finally {
      this.#leave(arn);
    }
  }

  async #enter(arn: string): Promise<void> {
    const running = this.#running.get(arn) ?? 0;
    if (running < AT_ONCE) {
      this.#running.set(arn, running + 1);
      return;
    }
    const turn = Promise.withResolvers<undefined>();
    const waiting = this.#waiting.get(arn) ?? [];
    this.#waiting.set(arn, [...waiting, () => turn.resolve(undefined)]);
    await turn.promise;
  }

  /** The next one takes the place, if one waits. */
  #leave(arn: string): void {
    const [next, ...others] = this.#waiting.get(arn) ?? [];
    this.#waiting.set(arn, others);
    if (next === undefined) this.#running.set(arn, (this.#running.get(arn) ?? 1) - 1);
    else next();
  }
}
