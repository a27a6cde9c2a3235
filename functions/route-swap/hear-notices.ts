import type { SwapReason } from '#failover/decision.ts';
import { evacuationOf } from '#failover/evacuation.ts';
import { holdsRoutes, type Observation } from '#failover/observation.ts';
import { isSameTime, type Notice, type ScheduledEvent } from '#failover/scheduled-event.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import { announceEvent } from '#functions/announce-event.ts';
import { quietly } from '#functions/quietly.ts';
import type { SwapResult } from './result.ts';
import type { SwapTools } from './tools.ts';

/**
 * Scheduled events that EventBridge has just delivered: people are told at once, with an entry in the history, and the site
 * remembers them. One that was delivered or told before is no news. After the swap, if there is one, and never before it.
 */
export async function hearNotices(seen: Observation, result: SwapResult, tools: SwapTools): Promise<void> {
  const { trigger } = seen;
  if (trigger.kind !== 'ec2') return;
  const told = result.outcome === 'swapped' && result.reason === EVACUATION ? evacuatedFor(seen) : [];
  for (const notice of trigger.notices ?? []) {
    const isTold = told.some((event) => isSameTime(event.notBefore, notice.event.notBefore));
    await hear(notice, isTold, seen, tools);
  }
}

const EVACUATION: SwapReason = 'evacuation';

/** The event of which people have just been told, together with the swap that makes it harmless: not every one that is known. */
function evacuatedFor(seen: Observation): readonly ScheduledEvent[] {
  return routersOf(seen.site)
    .filter((router) => holdsRoutes(seen, router))
    .flatMap((holder) => evacuationOf(seen, holder)?.event ?? []);
}

async function hear(notice: Notice, isTold: boolean, seen: Observation, tools: SwapTools): Promise<void> {
  const { event, instance } = notice;
  const router = routersOf(seen.site).find(
    ({ name, instance: its }) => (seen.routers[name]?.attachedTo ?? its) === instance,
  );
  if (event.over === true) {
    await quietly('the end of a scheduled event', tools, () => tools.store.forgetNotice(notice));
    return;
  }
  if (router === undefined || isKnown(notice, router, seen)) return;
  if (!isTold) await quietly('the scheduled event', tools, () => tell(notice, router, seen, tools));
  await quietly('the notice', tools, () => tools.store.setNotice(notice));
}

async function tell({ event }: Notice, router: ManagedRouter, seen: Observation, tools: SwapTools): Promise<void> {
  const before = seen.memory.notices.find((other) => other.event.code === event.code)?.event.notBefore;
  const says = await announceEvent(router, event, seen, before, tools);
  await tools.store.record({
    at: seen.at,
    id: seen.trigger.id,
    detector: 'ec2',
    outcome: 'noted',
    reason: event.code,
    says,
    owner: undefined,
    epoch: seen.memory.epoch,
    moved: 0,
    tookMs: 0,
  });
}

/** Delivered twice, or health-probe was first to see it in DescribeInstanceStatus. */
function isKnown({ instance, event }: Notice, { eni }: ManagedRouter, { memory }: Observation): boolean {
  const { code, notBefore } = event;
  return (
    memory.notices.some(
      (other) =>
        other.instance === instance && other.event.code === code && isSameTime(other.event.notBefore, notBefore),
    ) ||
    memory.toldEvents.some(
      (told) => told.eni === eni && isSameTime(told.notBefore, notBefore) && notBefore !== undefined,
    )
  );
}
