import { readFileSync } from 'node:fs';
import type { FunctionProcess } from '#emulator/lambda/function.ts';

/** What this class needs of the machine. */
export interface Machine {
  /** Variables of a process, `NAME=value`; undefined: it has ended. */
  environmentOf(pid: number): readonly string[] | undefined;
  kill(pid: number): void;
}

/** The processes of the functions of one emulator: another one on the same machine may run functions of the same names. */
export class FunctionProcesses {
  readonly #started: FunctionProcess[] = [];
  readonly #machine: Machine;

  /** @param machine Default: this one */
  constructor(machine: Machine = THIS_MACHINE) {
    this.#machine = machine;
  }

  /** For `onFunctionProcess` of the emulator. */
  readonly add = (started: FunctionProcess): void => {
    this.#started.push(started);
  };

  /** Kills the processes of a function, at work or idle. @throws Error if it has none */
  kill(name: string): void {
    const left = this.#started.filter((each) => each.name === name && this.#isRunning(each));
    if (left.length === 0) throw new Error(`no process of ${name} is left`);
    for (const { pid } of left) this.#machine.kill(pid);
  }

  /** Linux gives the id of a process that has ended to another one. */
  #isRunning({ name, pid }: FunctionProcess): boolean {
    return this.#machine.environmentOf(pid)?.includes(`AWS_LAMBDA_FUNCTION_NAME=${name}`) === true;
  }
}

const THIS_MACHINE: Machine = {
  environmentOf(pid) {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    } catch {
      return undefined;
    }
  },
  kill: (pid) => void process.kill(pid, 'SIGKILL'),
};
