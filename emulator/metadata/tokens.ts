import { randomBytes } from 'node:crypto';
import type { Clock } from '#emulator/service.ts';

/** IMDSv2 session tokens of one instance. */
export class Tokens {
  readonly #clock: Clock;
  /** Token → ms since the epoch. */
  readonly #expiry = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `ttl` as the header has it: 1 to 21,600 s. Undefined for anything else. */
  issue(ttl: string | undefined): string | undefined {
    const seconds = Number(ttl);
    if (ttl === undefined || !/^\d+$/.test(ttl) || seconds < 1 || seconds > 21_600) return undefined;
    const token = randomBytes(42).toString('base64');
    this.#expiry.set(token, this.#clock.now() + seconds * 1000);
    return token;
  }

  isValid(token: string | undefined): boolean {
    return token !== undefined && this.#clock.now() < (this.#expiry.get(token) ?? 0);
  }
}
