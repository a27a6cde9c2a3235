import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreatedRouter } from '#simulated-vyos/created-router.ts';
import type { SimulatedRouters } from '#simulated-vyos/simulated-routers.ts';
import { SESSION } from './sessions.ts';

const LOOK_EVERY_MS = 2_000;
/** As `CONTACT_EVERY` of `router/lib/config.sh` has it. */
const CONTACT_EVERY_MS = 120_000;

/**
 * Systemd's units do not run in the machines of created routers: a built router makes a contact at once and every two minutes.
 *
 * @returns ends that
 */
export function keepContacts(
  { routers }: Pick<SimulatedRouters, 'routers'>,
  contact: (router: CreatedRouter) => void = makeContact,
): () => void {
  const last = new WeakMap<CreatedRouter, number>();
  const timer = setInterval(() => {
    for (const router of routers.values()) {
      if (!router.isBuilt || Date.now() - (last.get(router) ?? 0) < CONTACT_EVERY_MS) continue;
      last.set(router, Date.now());
      contact(router);
    }
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

/** Runs the installed reporter with the router's own settings, and files of its own disk. */
function makeContact({ vyos: { folder }, metadata }: CreatedRouter): void {
  const installed = join(folder, 'config/vyos-failover');
  const conf = join(folder, 'contact.conf');
  const own = { STATE_DIR: join(folder, 'run'), LOG: join(folder, 'var/log/contact.log'), METADATA_URL: metadata };
  const changes = Object.entries(own).map(([key, value]) => `${key}='${value}'\n`);
  writeFileSync(conf, readFileSync(join(installed, 'report.conf'), 'utf8') + changes.join(''));
  spawn('/bin/bash', [join(installed, 'reconcile'), '--contact'], {
    ...SESSION,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, REPORT_CONF: conf },
  }).on('error', () => undefined);
}
