import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

interface ScriptResult {
  /** 128 + signal for a script that a signal ended. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningScript {
  readonly done: Promise<ScriptResult>;
  /** Ends the script and everything that it started. */
  kill(): void;
}

/** What GetCommandInvocation can give back: the first characters of each stream, with what the agent puts at their end. */
const outputLimits = { stdout: 24_000, stderr: 8_000 };

/** amazon-ssm-agent, agent/framework/processor/executer/iohandler: `OutputTruncatedSuffix`; within the limit. */
const truncatedSuffix = '--output truncated--';

/**
 * Runs a script as the SSM agent does: a file, by `sh -c`, in a process group and a directory of its own, removed
 * afterwards. `env` is the whole environment; `enter` is put before the command.
 */
export function runScript(
  text: string,
  env: Readonly<Record<string, string>>,
  enter: readonly string[] = [],
): RunningScript {
  const directory = mkdtempSync(join(tmpdir(), 'ssm-'));
  const file = join(directory, '_script.sh');
  // Synchronously: a file that is still open for writing in a child forked meanwhile cannot be executed (ETXTBSY).
  writeFileSync(file, text, { mode: 0o700 });
  const [program, ...args] = [...enter, '/bin/sh', '-c', '"$0"', file];
  const child = spawn(program, args, {
    cwd: directory,
    env: { ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = head(child.stdout, outputLimits.stdout);
  const stderr = head(child.stderr, outputLimits.stderr);
  const done = new Promise<ScriptResult>((resolve) => {
    child.once('error', (error) => resolve({ exitCode: 127, stdout: '', stderr: error.message }));
    child.once('close', (code) => resolve({ exitCode: code ?? 137, stdout: stdout(), stderr: stderr() }));
  });
  return {
    done: done.finally(() => rmSync(directory, { recursive: true, force: true })),
    kill: () => killGroup(child.pid),
  };
}

/** Collects a stream's first `limit` characters, and drains the rest. */
function head(stream: Readable, limit: number): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (text.length <= limit) text = (text + chunk).slice(0, limit + 1);
  });
  return () => (text.length > limit ? `${text.slice(0, limit - truncatedSuffix.length)}${truncatedSuffix}` : text);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already: what was wanted.
  }
}
