import type { Done } from '#contracts/done.ts';
import type { Examination } from '#contracts/examination.ts';
import type { DetailedEntry, History, OperatorEntry } from '#contracts/history.ts';
import type { Rehearsal } from '#contracts/rehearsal.ts';
import type { RequestProgress } from '#contracts/request-progress.ts';
import type { SiteRequest } from '#contracts/route-swap-requests.ts';
import type { SentSiteStatus } from '#contracts/site-status.ts';
import type { SwapProgress } from '#contracts/swap-progress.ts';
import { LEASE_MS } from '#failover/limits.ts';
import type { Requester } from '#failover/requester.ts';
import { routerNamed } from '#failover/site.ts';
import { utcTime } from '#failover/utc-time.ts';
import { examine } from './examine.ts';
import { ORDERS_KNOWN_WITHIN_MS } from './orders.ts';
import type { SwapPorts } from './ports.ts';
import { rehearse } from './rehearse.ts';
import { requestProgress } from './request-progress.ts';
import { siteStatus } from './site-status.ts';
import { swapProgress } from './swap-progress.ts';

const DEFAULT_HISTORY = 20;

/** @param requestedBy recorded in the history; undefined: unknown */
export async function answerSiteRequest(
  act: SiteRequest,
  ports: SwapPorts,
  requestedBy?: Requester,
): Promise<
  Done | SentSiteStatus | Rehearsal | Examination | History | readonly DetailedEntry[] | SwapProgress | RequestProgress
> {
  switch (act.action) {
    case 'rehearse':
      return rehearse(ports);
    case 'examine':
      return examine(ports);
    case 'status':
      return siteStatus(ports);
    case 'history':
      return act.id === undefined ? ports.store.history(act.limit ?? DEFAULT_HISTORY) : ports.store.details(act.id);
    case 'result':
      return swapProgress(act.id, ports);
    case 'request':
      return requestProgress(act.id, ports);
    case 'pause':
    case 'resume':
    case 'acknowledge':
    case 'maintenance':
      return noted(await change(act, ports), requestedBy, ports);
    case 'record-drill': {
      const { id, drill } = act;
      return noted(`${act.by} ran a drill: ${act.says}`, requestedBy, ports, { id, reason: 'drill', drill });
    }
  }
}

type Change = Extract<SiteRequest, { readonly action: 'pause' | 'resume' | 'acknowledge' | 'maintenance' }>;

/** @returns what was done, as a sentence */
async function change(act: Change, ports: SwapPorts): Promise<string> {
  const says = await write(act, ports);
  if (!isOrder(act)) return says;
  // A run may have read its orders just before: the answer waits until no call can contradict it.
  const [isReadable] = await Promise.all([canRead(ports), ports.sleep(ORDERS_KNOWN_WITHIN_MS)]);
  return isReadable ? says : `${says} ${MAY_GO_ON}`;
}

/** Whether it forbids a swap. */
function isOrder(act: Change): boolean {
  return act.action === 'pause' || (act.action === 'maintenance' && act.on);
}

/** A run that cannot read its orders continues, until its lease ends at the latest. */
const MAY_GO_ON =
  "The site's store does not answer: a swap that is under way may not read this order and may continue for up to " +
  `${LEASE_MS / 1000} s. Run status after that time.`;

async function canRead({ store, run, log }: SwapPorts): Promise<boolean> {
  try {
    await store.read(run);
    return true;
  } catch (error) {
    log.warn('The store accepted an order and does not answer any more', { error });
    return false;
  }
}

async function write(act: Change, { store, site, now }: SwapPorts): Promise<string> {
  const since = now();
  switch (act.action) {
    case 'pause': {
      const until = since + act.forMs;
      await store.setPause({ since, until, by: act.by, reason: act.reason });
      return `${act.by} paused ${site.name} until ${utcTime(until)} (${act.reason}).`;
    }
    case 'resume':
      await store.endPause(since);
      return `${act.by} ended the pause of ${site.name}.`;
    case 'acknowledge':
      await store.setAcknowledgement({ since, id: act.id, by: act.by, reason: act.reason });
      return `${act.by} acknowledged ${act.id ?? `the present condition of ${site.name}`} (${act.reason}).`;
    case 'maintenance': {
      const eni = routerNamed(site, act.router)?.eni ?? act.router;
      await (act.on
        ? store.setMaintenance(eni, { since, by: act.by, reason: act.reason })
        : store.endMaintenance(eni, since));
      return act.on
        ? `${act.by} took ${act.router} into maintenance (${act.reason})${overridden(act)}: it gets no further routes until that ends, and keeps those that it has.`
        : `${act.by} ended the maintenance of ${act.router} (${act.reason}).`;
    }
  }
}

function overridden({ overrides = [] }: Change & { action: 'maintenance' }): string {
  return overrides.length === 0 ? '' : `, overriding "${overrides.join('", "')}"`;
}

/** Every operator action is in the site's history. */
async function noted(
  says: string,
  requestedBy: Requester | undefined,
  { store, now, run, log }: SwapPorts,
  drill?: Pick<OperatorEntry, 'id' | 'reason' | 'drill'>,
): Promise<Done> {
  await store.recordHistory({
    kind: 'operator',
    at: now(),
    id: run,
    detector: 'operator',
    outcome: 'noted',
    reason: 'operator',
    says,
    ...(requestedBy && { requestedBy }),
    ...drill,
  });
  log.info(says, {});
  return { outcome: 'done', says };
}
