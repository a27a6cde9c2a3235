import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A program as its user runs it, with a temporary directory of its own, so that what it leaves behind is found. */
export class Program {
  readonly #process: ChildProcess;
  readonly #directory = mkdtempSync(join(tmpdir(), 'program-under-test-'));
  readonly #ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(file: string, ...args: readonly string[]) {
    this.#process = spawn(process.execPath, [file, ...args], {
      env: { ...process.env, TMPDIR: this.#directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#ended = new Promise((resolve) => this.#process.once('close', resolve));
    onTestFinished(() => {
      this.#process.kill('SIGKILL');
      rmSync(this.#directory, { recursive: true, force: true });
    });
  }

  /** @returns the exit code; null: ended by a signal */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Temporary files, and the command lines of processes that it started and that still run. */
  leftovers(): string[] {
    return [...readdirSync(this.#directory), ...this.#processes()];
  }

  /** Command lines of its processes: all that it starts have its temporary directory in their environment or arguments. */
  #processes(): string[] {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((pid) => {
        try {
          const [args, env] = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
          return `${args}${env}`.includes(this.#directory) ? `${pid} ${args?.replaceAll('\0', ' ')}` : [];
        } catch {
          return []; // It ended meanwhile, or is not ours to look at.
        }
      });
  }
}
