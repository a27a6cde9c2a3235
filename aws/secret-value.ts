import { timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

/** A secret that gets into no log, message or JSON by accident. */
export class SecretValue {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  isSame(other: SecretValue): boolean {
    const [one, two] = [Buffer.from(this.#value), Buffer.from(other.#value)];
    return one.length === two.length && timingSafeEqual(one, two);
  }

  matches(pattern: RegExp): boolean {
    return pattern.test(this.#value);
  }

  /** The value itself, to store it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '(not shown)';
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
