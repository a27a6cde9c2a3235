import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Emulator } from '#emulator/emulator.ts';

const program = fileURLToPath(new URL('../../bin/vyos-failover', import.meta.url));

export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npx vyos-failover …` as a user runs it: a process with AWS's usual environment variables, and no terminal. */
export function runProgram(
  { endpoint, credentials }: Emulator,
  line: readonly string[],
  change: Readonly<Record<string, string | undefined>> = {},
): Promise<ProgramEnd> {
  const { accessKeyId, secretAccessKey } = credentials.forUser();
  const env = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    VYOS_FAILOVER_TOPOLOGY: 'examples/tokyo-virginia.yaml',
    ...change,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, line, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
}
