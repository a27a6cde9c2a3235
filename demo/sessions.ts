import { type SpawnOptions, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program that has been started, and reads its input when it comes. */
export interface WaitingProgram {
  /** A part of its input. */
  readonly write: (input: string) => void;
  /** The last of its input. */
  readonly end: (input: string) => void;
  /** Not called when all programs are ended. */
  readonly onEnd: (then: () => void) => void;
}

/**
 * Sessions of the programs that simulated routers start. A reporter leaves its detector on purpose, by `setsid`, and
 * holds its lock for half a minute after its work: nothing but this list knows of it when the demo is over.
 */
export class Sessions {
  readonly #bin: string;
  readonly #started: string;
  #isOver = false;

  /** @param directory of the demo, for the list */
  constructor(directory: string) {
    this.#bin = join(directory, 'sessions');
    this.#started = join(this.#bin, 'started');
    mkdirSync(this.#bin, { recursive: true });
    writeFileSync(this.#started, '');
    // The real one, which runs in the same process, so that the number is the session's.
    const setsid = `#!/bin/sh\necho $$ >>'${this.#started}'\nPATH=\${PATH#*:}\nexec setsid "$@"\n`;
    writeFileSync(join(this.#bin, 'setsid'), setsid);
    chmodSync(join(this.#bin, 'setsid'), 0o755);
  }

  /** What programs must be started with, so that those that they let go are known. */
  get path(): string {
    return `${this.#bin}:${process.env.PATH}`;
  }

  /**
   * Runs a program in a session of its own, and does not wait for it.
   *
   * @param input what stands on its stdin
   */
  start(command: string, args: readonly string[], env: Readonly<Record<string, string>>, input = ''): void {
    this.startWaiting(command, args, env).end(input);
  }

  /** The same for a program that waits for its input. */
  startWaiting(command: string, args: readonly string[], env: Readonly<Record<string, string>>): WaitingProgram {
    const child = spawn(command, args, {
      ...SESSION,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...env, PATH: this.path },
    });
    if (child.pid !== undefined) appendFileSync(this.#started, `${child.pid}\n`);
    // A program that does not read its stdin, or is missing, causes no error here: its log stays empty.
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    child.unref();
    return {
      write: (input) => void child.stdin.write(input),
      end: (input) => void child.stdin.end(input),
      onEnd: (then) => void child.once('exit', () => this.#isOver || then()),
    };
  }

  /** Ends every program that still runs, and what it is about to start. */
  end(): void {
    this.#isOver = true;
    const ended = new Set<string>();
    for (let more = this.#pids(); more.length > 0; more = this.#pids().filter((pid) => !ended.has(pid))) {
      for (const pid of more) {
        endSession(Number(pid));
        ended.add(pid);
      }
    }
  }

  #pids(): string[] {
    return readFileSync(this.#started, 'utf8').split('\n').filter(Boolean);
  }
}

/** Options for a program that can be ended with all that it starts, and that a Ctrl-C in the terminal does not reach. */
export const SESSION = { detached: true } satisfies SpawnOptions;

/** Ends a session's first process and all that it started, at once. @param pid of the first; undefined: it never ran */
export function endSession(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already, or has not come as far as to have a session.
    endProcess(pid);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
