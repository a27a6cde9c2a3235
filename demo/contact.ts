import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SESSION } from './sessions.ts';
import type { SimulatedRouter } from './simulated-router.ts';

const RECONCILE = fileURLToPath(new URL('../router/reconcile', import.meta.url));

/**
 * Makes a contact, as `reconcile` does every two minutes on a real router. Resolves when it has ended, also after a
 * failure, which is in the router's log.
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
