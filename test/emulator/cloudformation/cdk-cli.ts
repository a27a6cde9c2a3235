import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Emulator } from '#emulator/emulator.ts';

/** The real CDK CLI, for which the emulator is AWS: what it printed. Rejects where it fails. */
export async function cdk(emulator: Emulator, region: string, ...args: readonly string[]): Promise<string> {
  const { accessKeyId, secretAccessKey } = emulator.credentials.forUser();
  const command = [resolve('node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command, {
    cwd: tmpdir(),
    env: {
      PATH: process.env['PATH'],
      HOME: tmpdir(),
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: '1',
      CI: '1',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    },
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout + stderr;
}
