import type { Cloud } from '#cli/environment.ts';
import type { Surroundings } from './command-line.ts';

const WRITES = /^(update|delete|allow|protect|stop|start|create|deploy)/;

/** AWS of which every call fails in the same way. */
export class UnreachableAws {
  /** Calls that would change something. */
  readonly writes: string[] = [];
  readonly around: Surroundings;

  /** @param fail throws what each call throws */
  constructor(fail: () => never) {
    const failing =
      (name: string) =>
      // oxlint-disable-next-line typescript/require-await -- a fault is a rejected promise
      async (): Promise<never> => {
        if (WRITES.test(name)) this.writes.push(name);
        return fail();
      };
    this.around = {
      invoke: failing('invoke'),
      apiUrl: () => Promise.resolve(undefined),
      secrets: { readSecrets: failing('readSecrets'), createSecret: failing('createSecret') },
      readHistory: failing('readHistory'),
      callerAccount: failing('callerAccount'),
      deployStacks: failing('deployStacks'),
      cloud: new Proxy({} as Cloud, { get: (_, name) => failing(String(name)) }),
    };
  }
}
