import type { Environment } from './environment.ts';
import type { EnvironmentStart } from './runtime-api.ts';

/** Each is a process of some 60 MB. */
const MOST = 8;

/**
 * Idle execution environments that an emulator leaves to the next one of the same process, as Lambda keeps an environment between
 * invocations: a cold start takes 0.2 s of processor time. An environment is warm only for the same code, the same variables and
 * the same credentials, so the emulators must have the same port and run one after the other. A function of which a call was denied or
 * throttled, or struck by a fault, leaves none that is warm. Any of them may start over as another function, without a new process.
 */
export class KeptEnvironments {
  /** Of the first emulator. 0: there was none yet. */
  port = 0;
  /** Without a key: not warm for any function. */
  readonly #kept: { key: string | undefined; readonly environment: Environment }[] = [];

  /** Keeps the environment, and ends the oldest of those that are too many. */
  async keep(
    environment: Environment,
    start: EnvironmentStart,
    { isWarm }: { readonly isWarm: boolean },
  ): Promise<void> {
    // A process has these from its start to its end.
    if (start.variables['NODE_OPTIONS'] !== undefined) return environment.close();
    this.#kept.push({ key: isWarm ? keyOf(start) : undefined, environment });
    if (this.#kept.length > MOST) await this.#kept.shift()?.environment.close();
  }

  /** The newest that was started like this; undefined: there is none. The caller has it alone. */
  take(start: EnvironmentStart): Environment | undefined {
    const key = keyOf(start);
    return this.#remove(this.#kept.findLastIndex((each) => each.key === key && !each.environment.isDead));
  }

  /** Another one, which starts anew like this; undefined: there is none. */
  startOver(start: EnvironmentStart): Environment | undefined {
    if (start.variables['NODE_OPTIONS'] !== undefined) return undefined;
    const environment = this.#remove(this.#kept.findIndex((each) => !each.environment.isDead));
    environment?.startOver(start);
    return environment;
  }

  /** From now on none is warm: every function of the next emulator starts cold. */
  forgetWarm(): void {
    for (const each of this.#kept) each.key = undefined;
  }

  #remove(index: number): Environment | undefined {
    return index === -1 ? undefined : this.#kept.splice(index, 1)[0]?.environment;
  }

  /** Ends all. Without it they end with this process. */
  async close(): Promise<void> {
    await Promise.all(this.#kept.splice(0).map(({ environment }) => environment.close()));
  }
}

function keyOf({ taskRoot, variables }: EnvironmentStart): string {
  return JSON.stringify([taskRoot, variables]);
}
