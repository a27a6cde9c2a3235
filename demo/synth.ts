import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endSession, SESSION } from './sessions.ts';

const APP = fileURLToPath(new URL('../infra/app.ts', import.meta.url));

/**
 * Names a folder of assemblies that were synthesized before, which a run of the tests keeps. What is in it is taken as it
 * is. Not set, or without the topology: it is synthesized.
 */
export const ASSEMBLIES = 'VYOS_FAILOVER_ASSEMBLIES';

/** Where that folder has, or is to have, the assembly of a topology. @param topology path of the file */
export function keptAssembly(folder: string, topology: string): string {
  return join(folder, createHash('sha256').update(readFileSync(topology)).digest('hex').slice(0, 16));
}

/**
 * Runs the CDK app as `cdk synth` does, into a new directory.
 *
 * @param topology path of the topology file
 * @param signal ends it, and nothing is left of it
 * @returns the directory of the cloud assembly; the caller removes it
 * @throws Error with what the app said, or the signal's reason
 */
export async function synthesize(topology: string, signal?: AbortSignal): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), 'vyos-failover-cdk-'));
  const kept = process.env[ASSEMBLIES] && keptAssembly(process.env[ASSEMBLIES], topology);
  if (kept && existsSync(kept)) {
    cpSync(kept, outdir, { recursive: true });
    return outdir;
  }
  // An app that is ended removes nothing itself.
  const temporary = `${outdir}.tmp`;
  mkdirSync(temporary);
  try {
    await runApp(topology, outdir, temporary, signal);
    return outdir;
  } catch (error) {
    rmSync(outdir, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function runApp(topology: string, outdir: string, temporary: string, signal?: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [APP], {
    ...SESSION,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      TMPDIR: temporary,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ topology }),
      // CDK validates the templates in `npm run synth`; here that would only take time.
      CDK_VALIDATION: 'false',
      CDK_DEFAULT_ACCOUNT: '123456789012',
    },
  });
  // With the esbuild that it runs.
  const end = () => endSession(child.pid);
  signal?.addEventListener('abort', end, { once: true });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  signal?.removeEventListener('abort', end);
  signal?.throwIfAborted();
  if (code !== 0) throw new Error(`The stacks of ${topology} cannot be synthesized:\n${said}`);
}
