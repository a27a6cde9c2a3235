import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const APP = fileURLToPath(new URL('../infra/app.ts', import.meta.url));

/**
 * Runs the CDK app as `cdk synth` does, into a new directory.
 *
 * @param topology path of the topology file
 * @returns the directory of the cloud assembly; the caller removes it
 */
export async function synthesize(topology: string): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), 'vyos-failover-cdk-'));
  await promisify(execFile)(process.execPath, [APP], {
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ topology, 'aws:cdk:disable-stack-trace': true }),
      // cdk-nag has its place in `npm run check`; here it would only cost time.
      CDK_DEFAULT_ACCOUNT: '123456789012',
    },
  });
  return outdir;
}
