import type { SwapResult } from '#contracts/swap-result.ts';
import type { SwapReason } from '#failover/decision.ts';
import { evacuationOf } from '#failover/evacuation.ts';
import type { Observation } from '#failover/observation.ts';
import { isEndOf, isNoticeOf, isSameTime, type Notice, type ScheduledEvent } from '#failover/scheduled-event.ts';
import { type ManagedRouter, routeName, routerNamed, routersOf } from '#failover/site.ts';
import { announceEvent } from '#functions/announce-event.ts';
import { logFailure } from '#functions/log-failure.ts';
import type { SwapPorts } from './ports.ts';

/**
 * Scheduled events that EventBridge has just delivered: people are told at once, with an entry in the history, and the site
 * remembers them. One that was delivered or told before is no news. After the swap, if there is one, and never before it.
 */
export async function receiveNotices(seen: Observation, result: SwapResult, tools: SwapPorts): Promise<void> {
  const { trigger } = seen;
  if (trigger.kind !== 'ec2') return;
  for (const notice of trigger.notices ?? []) await receive(notice, result, seen, tools);
}

/** With the routes where this run has moved them: that is what people should know and do something about. */
function afterSwap(seen: Observation, { moved, owner }: SwapResult): Observation {
  const to = owner === undefined ? undefined : routerNamed(seen.site, owner);
  if (to === undefined) return seen;
  const names = new Set(moved.map(routeName));
  const routes = seen.routes.map((route) => (names.has(routeName(route)) ? { ...route, target: to.eni } : route));
  return { ...seen, routes };
}

const EVACUATION: SwapReason = 'evacuation';

async function receive(notice: Notice, result: SwapResult, seen: Observation, tools: SwapPorts): Promise<void> {
  const { event, instance } = notice;
  const router = routersOf(seen.site).find(
    ({ name, instance: its }) => (seen.routers[name]?.attachedTo ?? its) === instance,
  );
  const known = seen.stored.notices.find((other) => isNoticeOf(other, instance, event.code))?.event;
  if (event.over === true) {
    if (known === undefined || !isEndOf(event, known)) return;
    await logFailure('the end of a scheduled event', tools, () => tools.store.deleteNotice(notice));
    return;
  }
  if (router === undefined || isKnown(notice, router, seen)) return;
  const isEvacuated = result.outcome === 'swapped' && result.reason === EVACUATION;
  const isTold = isEvacuated && isReason(event, router, seen);
  const after = afterSwap(seen, result);
  if (!isTold) await logFailure('the scheduled event', tools, () => tell(notice, router, after, tools));
  await logFailure('the notice', tools, () => tools.store.setNotice(notice));
}

/** People have just been told of this event together with the swap that makes it harmless. */
function isReason({ notBefore }: ScheduledEvent, router: ManagedRouter, seen: Observation): boolean {
  const evacuation = evacuationOf(seen, router);
  return evacuation !== undefined && isSameTime(evacuation.event.notBefore, notBefore);
}

async function tell(
  { event, instance }: Notice,
  router: ManagedRouter,
  seen: Observation,
  tools: SwapPorts,
): Promise<void> {
  const before = seen.stored.notices.find((other) => isNoticeOf(other, instance, event.code))?.event.notBefore;
  const says = await announceEvent(router, event, seen, before, tools);
  await tools.store.recordHistory({
    kind: 'event',
    at: seen.at,
    id: seen.trigger.id,
    detector: 'ec2',
    outcome: 'noted',
    reason: event.code,
    says,
    epoch: seen.stored.epoch,
  });
}

/** Delivered twice, or health-probe was first to see it in DescribeInstanceStatus. */
function isKnown({ instance, event }: Notice, { eni }: ManagedRouter, { stored }: Observation): boolean {
  const { code, notBefore } = event;
  return (
    stored.notices.some((other) => isNoticeOf(other, instance, code) && isSameTime(other.event.notBefore, notBefore)) ||
    stored.announcedEvents.some(
      (told) => told.eni === eni && isSameTime(told.notBefore, notBefore) && notBefore !== undefined,
    )
  );
}
