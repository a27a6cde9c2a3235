import { routerNamed } from '#failover/site.ts';
import type { PushPorts } from '../ports.ts';
import type { Journal } from '../record/journal.ts';
import { readPrograms } from './plan-install.ts';
import { recordInstall } from './record-install.ts';

/** After this time a router that does not answer is recorded as unknown, ms. */
const GIVE_UP_AFTER_MS = 1_800_000;

/**
 * An earlier run may have ended while a router was installing its programs. Nothing has to be undone: the router has its old or
 * its new programs, and says which. That is recorded in the history.
 *
 * @returns what was recorded, as a sentence; undefined: no installation was interrupted, or the router does not answer yet
 */
export async function recoverInstall(journal: Journal, ports: PushPorts): Promise<string | undefined> {
  const { installing } = journal.entry;
  if (installing === undefined) return undefined;
  const origin = installing.origin ?? journal.entry;
  const router = routerNamed(ports.site, installing.router);
  const found = router && (await readPrograms(router, ports));
  if (router !== undefined && found?.installed === undefined && ports.now() - origin.at < GIVE_UP_AFTER_MS)
    return undefined;
  const end =
    found?.installed === undefined
      ? { reason: 'settled-unknown', says: `It stopped midway on ${installing.router}, which does not answer.` }
      : found.differs
        ? {
            reason: 'settled-old',
            says: `It stopped midway on ${installing.router}, which has its old programs; run router install again.`,
          }
        : {
            reason: 'settled-installed',
            says: `It stopped midway on ${installing.router}, which has what is deployed.`,
          };
  await journal.recordResult({ installing: undefined });
  const settled = { outcome: end.reason, router: installing.router, programs: found, settled: true };
  await recordInstall(origin, { ...end, ...settled }, ports);
  return end.says;
}
