import type { Environment } from './environment.ts';

/** Each is a process of some 60 MB. */
const MOST = 8;

/**
 * Idle execution environments that an emulator leaves to the next one of the same process, as Lambda keeps an environment between
 * invocations: a cold start takes 0.2 s of processor time. An environment is used again only for the same code, the same variables and
 * the same credentials, so the emulators must have the same port and run one after the other. A function of which a call was denied or
 * throttled, or struck by a fault, leaves none.
 */
export class KeptEnvironments {
  /** Of the first emulator. 0: there was none yet. */
  port = 0;
  readonly #kept: { readonly key: string; readonly environment: Environment }[] = [];

  /** Keeps the environment, and ends the oldest of those that are too many. */
  async keep(key: string, environment: Environment): Promise<void> {
    this.#kept.push({ key, environment });
    if (this.#kept.length > MOST) await this.#kept.shift()?.environment.close();
  }

  /** The newest one with that key; undefined: there is none. The caller has it alone. */
  take(key: string): Environment | undefined {
    const index = this.#kept.findLastIndex((each) => each.key === key && !each.environment.isDead);
    return index === -1 ? undefined : this.#kept.splice(index, 1)[0]?.environment;
  }

  /** Ends all. Without it they end with this process. */
  async close(): Promise<void> {
    await Promise.all(this.#kept.splice(0).map(({ environment }) => environment.close()));
  }
}
