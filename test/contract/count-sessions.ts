import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Counted {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the router's program with each of these command lines and inputs. */
export function countSessions(
  cases: readonly { readonly args: readonly string[]; readonly input: string }[],
): Counted[] {
  const driver = fileURLToPath(new URL('count-sessions.py', import.meta.url));
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-B', '-W', 'ignore', driver, 'router/count-sessions'], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(`count-sessions failed: ${stderr}`);
  return JSON.parse(stdout) as Counted[];
}
