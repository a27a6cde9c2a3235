import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { GivenEnvironment } from '#cli/environment.ts';
import { processEnvironment } from '#cli/process-environment.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { commandLine } from '../cli/command-line.ts';

const program = fileURLToPath(new URL('../../bin/vyos-failover', import.meta.url));

export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as a terminal shows them. */
  readonly shown: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** What a user's shell has: AWS's usual variables, and a topology. */
function variablesOf({ endpoint, credentials }: Emulator): Variables {
  const { accessKeyId, secretAccessKey } = credentials.forUser();
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    VYOS_FAILOVER_TOPOLOGY: 'examples/tokyo-virginia.yaml',
  };
}

/**
 * The same command line, with the same SDK over the same network, in this process: Node needs longer to start than most
 * commands take.
 *
 * @param others in place of what a process has
 */
export async function runCommandLine(
  emulator: Emulator,
  line: readonly string[],
  change: Variables = {},
  others: Partial<GivenEnvironment> = {},
): Promise<ProgramEnd> {
  const env = { ...variablesOf(emulator), ...change };
  // The SDK takes them from nowhere else.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    let shown = '';
    const { exitCode, stdout, stderr } = await commandLine(line, {
      env,
      cwd: process.cwd(),
      onOutput: (text) => {
        shown += text;
      },
      environment: { ...processEnvironment(env), ...others },
    });
    return { code: exitCode, stdout, stderr, shown };
  } finally {
    vi.unstubAllEnvs();
  }
}

/** `npx vyos-failover …` as a user runs it: a process, without a terminal. */
export function runProgram(emulator: Emulator, line: readonly string[], change: Variables = {}): Promise<ProgramEnd> {
  const env = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    ...variablesOf(emulator),
    ...change,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, line, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '', shown: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
        said.shown += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
}
