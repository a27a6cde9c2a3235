import { type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface RunOptions {
  /** Written to its stdin; default: nothing. */
  readonly input?: string;
  /** After that it is killed. Default 10 000. */
  readonly timeoutMs?: number;
  /** File that its stdout and stderr are added to: for a program that leaves a process behind. Default: they are read. */
  readonly output?: string;
}

/** A program that ended with another status than 0, or did not end in time. The message has what it wrote to stderr. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

/**
 * Runs a program without a shell.
 *
 * @returns its stdout
 * @throws RunError
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { input = '', timeoutMs = 10_000, output } = options;
  const file = output === undefined ? undefined : openSync(output, 'a');
  const stdio: StdioOptions = ['pipe', file ?? 'pipe', file ?? 'pipe'];
  const child = spawn(program, args, { stdio, timeout: timeoutMs, killSignal: 'SIGKILL' });
  if (file !== undefined) closeSync(file);
  let stdout = '';
  let stderr = output === undefined ? '' : `see ${output}`;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // If a program ends without reading its input, its exit status counts.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const status = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? '' : `status ${code ?? signal}`));
  });
  if (status === '') return stdout;
  throw new RunError(`${[program, ...args].join(' ')}: ${status}\n${stderr.trim() || stdout.trim()}`);
}

/** Runs a program in a network namespace. */
export function runIn(
  namespace: string,
  program: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  return run('ip', ['netns', 'exec', namespace, program, ...args], options);
}

/** Many `ip` commands in one process: lines as `ip` takes them, without the word itself. */
export async function ipBatch(namespace: string, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await run('ip', ['-n', namespace, '-batch', '-'], { input: `${lines.join('\n')}\n` });
}

/** Polls until the answer is true. @returns false if it was not within the time */
export async function waitUntil(
  holds: () => Promise<boolean> | boolean,
  { withinMs, everyMs = 200 }: { readonly withinMs: number; readonly everyMs?: number },
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return true;
}
