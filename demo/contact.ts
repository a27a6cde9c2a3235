import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SESSION } from './sessions.ts';
import type { SimulatedRouter } from './simulated-router.ts';

const RECONCILE = fileURLToPath(new URL('../router/reconcile', import.meta.url));

/**
 * The router proves that its reports arrive, as `reconcile` does every two minutes on a real one. Resolves when that is
 * over, whether it went well (its log says) or not.
 */
export function makeContact(router: SimulatedRouter): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('/bin/bash', [RECONCILE, '--contact'], {
      ...SESSION,
      stdio: 'ignore',
      env: { PATH: process.env.PATH, REPORT_CONF: router.reportConf },
    });
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
}
