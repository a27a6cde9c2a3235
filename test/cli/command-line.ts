import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Io } from '#cli/io.ts';
import { run } from '#cli/run.ts';

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly stdin?: string | Uint8Array;
  readonly env?: Io['env'];
  readonly cwd?: string;
  /** Both outputs are terminals. */
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
}

export const examplesFolder = fileURLToPath(new URL('../../examples', import.meta.url));

/** Runs a command line in this process, in `examples/` unless told otherwise, and returns all that it said. */
export async function commandLine(argv: readonly string[], around: Surroundings = {}): Promise<Ended> {
  const { stdin = '', env = {}, cwd = examplesFolder, terminal = false, signal } = around;
  const said = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    isTTY: terminal,
    write: (text: string) => {
      said[name] += text;
    },
  });
  const exitCode = await run(argv, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: Readable.from([typeof stdin === 'string' ? Buffer.from(stdin) : stdin]),
    env,
    cwd,
    signal,
  });
  return { exitCode, ...said };
}
