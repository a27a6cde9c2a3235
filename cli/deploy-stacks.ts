import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Deployment, Environment } from './environment.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The CDK's own command line, from the root of the project, whose app and feature flags `cdk.json` names. */
export const deployStacks = async (
  { file, stacks, output, signal }: Deployment,
  env: Readonly<Record<string, string | undefined>>,
): ReturnType<Environment['deployStacks']> => {
  const args = [
    'deploy',
    ...(stacks ?? ['--all']),
    '-c',
    `topology=${file}`,
    ...(output === undefined ? [] : ['--output', output]),
    '--require-approval',
    'never',
  ];
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    env: { ...env, PATH: `${dirname(process.execPath)}:${env['PATH']}` },
  });
  // Ctrl-C in a terminal reaches the child as well; a signal to this process alone does not.
  const stop = () => void child.kill('SIGINT');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<number | null>((ended, failed) => {
      child.once('error', failed);
      child.once('exit', ended);
    });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
};
