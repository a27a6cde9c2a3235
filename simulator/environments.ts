/** Which environment serves a run: the one that was used last, or another one. */
export type Choice = 'last-used' | 'another';

/**
 * The execution environments of one function: each serves one run at a time, and keeps its memory from run to run until AWS ends it.
 * AWS does not document which idle environment serves a request
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html): the last used one is assumed, and faults
 * make it another one.
 */
export class Environments<T> {
  readonly #make: () => T;
  /** The last used one is the last. */
  #idle: T[] = [];

  constructor(make: () => T) {
    this.#make = make;
  }

  /** @returns `isNew`: it has to start first */
  take(choice: Choice): { readonly environment: T; readonly isNew: boolean } {
    const environment = choice === 'last-used' ? this.#idle.pop() : this.#another();
    return environment === undefined ? { environment: this.#make(), isNew: true } : { environment, isNew: false };
  }

  /** A run has ended. */
  give(environment: T): void {
    this.#idle.push(environment);
  }

  /** AWS ends every idle environment; what it kept is lost. */
  end(): void {
    this.#idle = [];
  }

  /** Any but the last used one; undefined: there is no such one. */
  #another(): T | undefined {
    return this.#idle.length > 1 ? this.#idle.shift() : undefined;
  }
}
