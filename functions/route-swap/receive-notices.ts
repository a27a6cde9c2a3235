import type { SwapResult } from '#contracts/swap-result.ts';
import type { SwapReason } from '#failover/decision.ts';
import { evacuationOf } from '#failover/evacuation.ts';
import { instanceOf, type Observation } from '#failover/observation.ts';
import { isEndOf, isNoticeOf, isSameTime, type Notice, type ScheduledEvent } from '#failover/scheduled-event.ts';
import { type ManagedRouter, routeName, routerNamed, routersOf } from '#failover/site.ts';
import { announceEvent } from '#functions/announce-event.ts';
import { logFailure } from '#functions/log-failure.ts';
import type { SwapPorts } from './ports.ts';

/**
 * Announces, records and stores the scheduled events that EventBridge has just delivered. An event that was delivered or
 * announced before is skipped. It runs after the swap, if there is one, and never before it.
 */
export async function receiveNotices(observation: Observation, result: SwapResult, ports: SwapPorts): Promise<void> {
  const { trigger } = observation;
  if (trigger.kind !== 'ec2') return;
  for (const notice of trigger.notices ?? []) await receive(notice, result, observation, ports);
}

/** The observation with the routes at the targets that this run has moved them to: the advice depends on it. */
function afterSwap(observation: Observation, { moved, owner }: SwapResult): Observation {
  const to = owner === undefined ? undefined : routerNamed(observation.site, owner);
  if (to === undefined) return observation;
  const names = new Set(moved.map(routeName));
  const routes = observation.routes.map((route) =>
    names.has(routeName(route)) ? { ...route, target: to.eni } : route,
  );
  return { ...observation, routes };
}

const EVACUATION: SwapReason = 'evacuation';

async function receive(notice: Notice, result: SwapResult, observation: Observation, ports: SwapPorts): Promise<void> {
  const { event, instance } = notice;
  const router = routersOf(observation.site).find((each) => instanceOf(observation, each) === instance);
  const known = observation.stored.notices.find((other) => isNoticeOf(other, instance, event.code))?.event;
  if (event.over === true) {
    if (known === undefined || !isEndOf(event, known)) return;
    await logFailure('the end of a scheduled event', ports, () => ports.store.deleteNotice(notice));
    return;
  }
  if (router === undefined || isKnown(notice, router, observation)) return;
  const isEvacuated = result.outcome === 'swapped' && result.reason === EVACUATION;
  const isAnnounced = isEvacuated && isReason(event, router, observation);
  const after = afterSwap(observation, result);
  if (!isAnnounced) await logFailure('the scheduled event', ports, () => announce(notice, router, after, ports));
  await logFailure('the notice', ports, () => ports.store.setNotice(notice));
}

/** The swap that this event caused has announced the event. */
function isReason({ notBefore }: ScheduledEvent, router: ManagedRouter, observation: Observation): boolean {
  const evacuation = evacuationOf(observation, router);
  return evacuation !== undefined && isSameTime(evacuation.event.notBefore, notBefore);
}

async function announce(
  { event, instance }: Notice,
  router: ManagedRouter,
  observation: Observation,
  ports: SwapPorts,
): Promise<void> {
  const before = observation.stored.notices.find((other) => isNoticeOf(other, instance, event.code))?.event.notBefore;
  const says = await announceEvent(router, event, observation, before, ports);
  await ports.store.recordHistory({
    kind: 'event',
    at: observation.at,
    id: observation.trigger.id,
    detector: 'ec2',
    outcome: 'noted',
    reason: event.code,
    says,
    epoch: observation.stored.epoch,
  });
}

/** Delivered twice, or announced by health-probe, which found it in DescribeInstanceStatus. */
function isKnown({ instance, event }: Notice, { eni }: ManagedRouter, { stored }: Observation): boolean {
  const { code, notBefore } = event;
  return (
    stored.notices.some((other) => isNoticeOf(other, instance, code) && isSameTime(other.event.notBefore, notBefore)) ||
    stored.announcedEvents.some(
      (each) => each.eni === eni && isSameTime(each.notBefore, notBefore) && notBefore !== undefined,
    )
  );
}
