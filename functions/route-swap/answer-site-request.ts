import type { Done } from '#contracts/done.ts';
import type { Examination } from '#contracts/examination.ts';
import type { DetailedEntry, History, OperatorEntry } from '#contracts/history.ts';
import type { Rehearsal } from '#contracts/rehearsal.ts';
import type { RequestProgress } from '#contracts/request-progress.ts';
import type { SiteRequest } from '#contracts/route-swap-requests.ts';
import type { SentSiteStatus } from '#contracts/site-status.ts';
import type { SwapProgress } from '#contracts/swap-progress.ts';
import type { Requester } from '#failover/requester.ts';
import { changeSetting } from './change-setting.ts';
import { examine } from './examine.ts';
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
      return noted(await changeSetting(act, ports), requestedBy, ports);
    case 'record-drill': {
      const { id, drill } = act;
      return noted(`${act.by} ran a drill: ${act.says}`, requestedBy, ports, { id, reason: 'drill', drill });
    }
  }
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
