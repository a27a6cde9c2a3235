import type { SiteRequest } from '#contracts/route-swap-requests.ts';
import { diagnose } from '#failover/diagnosis.ts';
import { LEASE_MS } from '#failover/limits.ts';
import { activePause } from '#failover/pause.ts';
import { routerNamed } from '#failover/site.ts';
import type { StoredState } from '#failover/stored-state.ts';
import { utcTime } from '#failover/utc-time.ts';
import { observe } from '#functions/observe.ts';
import { ORDERS_KNOWN_WITHIN_MS } from './orders.ts';
import type { SwapPorts } from './ports.ts';

/** A change of what the site's store has of operators. */
export type SettingChange = Extract<
  SiteRequest,
  { readonly action: 'pause' | 'resume' | 'acknowledge' | 'maintenance' }
>;

/** @returns what was done, as a sentence */
export async function changeSetting(act: SettingChange, ports: SwapPorts): Promise<string> {
  const says = await write(act, ports);
  if (!isOrder(act)) return says;
  // A run may have read its orders just before: the answer waits until no call can contradict it.
  const [stored] = await Promise.all([
    readStored(ports, 'The store accepted an order and does not answer any more'),
    ports.sleep(ORDERS_KNOWN_WITHIN_MS),
  ]);
  return stored === undefined ? `${says} ${MAY_GO_ON}` : says;
}

/** Whether it forbids a swap. */
function isOrder(act: SettingChange): boolean {
  return act.action === 'pause' || (act.action === 'maintenance' && act.on);
}

/** A run that cannot read its orders continues, until its lease ends at the latest. */
const MAY_GO_ON =
  "The site's store does not answer: a swap that is under way may not read this order and may continue for up to " +
  `${LEASE_MS / 1000} s. Run status after that time.`;

/** @returns undefined: the store does not answer */
async function readStored(
  { store, run, log }: SwapPorts,
  failure = 'The store does not say what it has of operators',
): Promise<StoredState | undefined> {
  try {
    return (await store.read(run)).stored;
  } catch (error) {
    log.warn(failure, { error });
    return undefined;
  }
}

/** What ends is written also where there is nothing to end: an order that was sent before and arrives later has no effect then. */
async function write(act: SettingChange, ports: SwapPorts): Promise<string> {
  const { store, site, now } = ports;
  const since = now();
  switch (act.action) {
    case 'pause': {
      const until = since + act.forMs;
      await store.setPause({ since, until, by: act.by, reason: act.reason });
      return `${act.by} paused ${site.name} until ${utcTime(until)} (${act.reason}).`;
    }
    case 'resume': {
      const stored = await readStored(ports);
      await store.endPause(since);
      const was = stored && activePause(stored, since) !== undefined;
      return ended({ by: act.by, what: `the pause of ${site.name}`, was, not: 'which was not paused' });
    }
    case 'acknowledge':
      await store.setAcknowledgement({ since, id: act.id, by: act.by, reason: act.reason });
      if (act.id !== undefined) return `${act.by} acknowledged ${act.id} (${act.reason}).`;
      return `${act.by} acknowledged the present condition of ${site.name} (${act.reason}).${await ifHealthy(ports)}`;
    case 'maintenance': {
      const eni = routerNamed(site, act.router)?.eni ?? act.router;
      if (act.on) {
        await store.setMaintenance(eni, { since, by: act.by, reason: act.reason });
        return `${act.by} took ${act.router} into maintenance (${act.reason})${overridden(act)}: it gets no further routes until that ends, and keeps those that it has.`;
      }
      const stored = await readStored(ports);
      await store.endMaintenance(eni, since);
      const was = stored && stored.maintenance[eni] !== undefined;
      const what = `the maintenance of ${act.router} (${act.reason})`;
      return ended({ by: act.by, what, was, not: 'which was not in maintenance' });
    }
  }
}

/** @param was whether there was anything to end; undefined: unknown */
function ended({ by, what, was, not }: { by: string; what: string; was: boolean | undefined; not: string }): string {
  if (was === undefined) return `${by} ended ${what}, if there was one.`;
  return was ? `${by} ended ${what}.` : `${by} asked for the end of ${what}, ${not}.`;
}

/** A condition that only `status` knows can be acknowledged at a healthy site: other versions, an unfinished push. */
async function ifHealthy(ports: SwapPorts): Promise<string> {
  try {
    const { kind, says } = diagnose(await observe({ kind: 'probe', id: `acknowledge-${ports.run}` }, ports));
    return kind === 'Healthy' ? ` The site is healthy: ${says}.` : '';
  } catch (error) {
    ports.log.warn('EC2 did not show the condition that was acknowledged', { error });
    return '';
  }
}

function overridden({ overrides = [] }: SettingChange & { action: 'maintenance' }): string {
  return overrides.length === 0 ? '' : `, overriding "${overrides.join('", "')}"`;
}
