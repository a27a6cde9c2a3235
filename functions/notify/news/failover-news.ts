import type { EventDetail } from '#contracts/events.ts';
import { hasSeen, type Memory, SITE, withCondition, withSeen } from '../memory.ts';
import { type Message, type NotifiedSite, peerOf } from '../message.ts';
import { completedMessage, movedByPlanMessage, notMovedMessage, partialMessage } from '../texts/failover-texts.ts';
import { type News, nothing } from './news.ts';
import { refusalOf } from './refusals.ts';

export interface FailoverEvent<
  Type extends 'Failover Completed' | 'Failover Refused' | 'Failover Partial' | 'Failover Noted',
> {
  readonly id: string;
  readonly at: number;
  readonly type: Type;
  readonly detail: EventDetail<Type>;
}

/** Moves that an operator asked for, or that AWS's announcement of an event caused: no router has failed. */
const PLANNED: ReadonlySet<string> = new Set(['switchover', 'failback', 'evacuation', 'give-up-swap']);

/** The swap itself was planned, or it finishes one that was: its sentence names the reason of the swap that it finishes. */
function isPlanned({ reason, says }: EventDetail<'Failover Completed'>): boolean {
  return PLANNED.has(reason) || (reason === 'finish-swap' && /\((switchover|failback|evacuation)\)/.test(says));
}

/** All routes are at the new owner. After a failover the site has no redundancy until the probe finds both routers fit. */
export function completed(event: FailoverEvent<'Failover Completed'>, memory: Memory, site: NotifiedSite): News {
  const { detail, at } = event;
  const outcome = `completed ${detail.lockBypassed ? detail.id : detail.epoch}`;
  if (hasSeen(memory, outcome)) return nothing(memory);
  const before = memory.conditions[SITE];
  const wasDown = before?.downSince;
  if (isPlanned(detail)) {
    const message = movedByPlanMessage(event, wasDown, site);
    const after = wasDown === undefined ? before : before && { ...before, ...upAgain(at) };
    return { memory: withCondition(withSeen(memory, outcome), SITE, after), messages: [message] };
  }
  // Delivered late: what happened since then stands.
  if (before !== undefined && at < before.changedAt)
    return { memory: withSeen(memory, outcome), messages: [completedMessage(event, undefined, site)] };
  const message = completedMessage(event, before, site);
  const condition = { severity: 'degraded', since: before?.since ?? at, title: message.title, changedAt: at } as const;
  return { memory: withCondition(withSeen(memory, outcome), SITE, condition), messages: [message] };
}

/** The probe has to confirm what is left. */
function upAgain(at: number) {
  return { severity: 'degraded', downSince: undefined, diagnosis: undefined, changedAt: at } as const;
}

/** A rule refused a swap. Traffic is lost if the owner has failed; an operator whose request is refused reads it at the terminal. */
export function refused(event: FailoverEvent<'Failover Refused'>, memory: Memory, site: NotifiedSite): News {
  const refusal = refusalOf(event.detail);
  if (refusal === undefined) return nothing(memory);
  return worse(refusal.severity, event.at, notMovedMessage(event, refusal, site), memory);
}

/** As `obstaclesIn` in `failover/rules.ts` says it. */
const OBSERVES = /mode: observe/;

/** A pause or `mode: observe` kept the routes at a router that has failed. */
export function noted(event: FailoverEvent<'Failover Noted'>, memory: Memory, site: NotifiedSite): News {
  const { reason, says } = event.detail;
  const failed = event.detail.owner ?? peerOf(site, undefined);
  const refusal = {
    severity: PLANNED.has(reason) ? 'degraded' : 'down',
    title: PLANNED.has(reason)
      ? `evacuation of ${failed} is not permitted now`
      : `${failed} failed, and routes are not moved`,
    next: ['A pause or mode: observe keeps the routes in place. To move them nevertheless:'],
    byHand: OBSERVES.test(says) ? 'mode-observe' : 'paused',
  } as const;
  return worse(refusal.severity, event.at, notMovedMessage(event, refusal, site), memory);
}

/** Some routes are still at the router that they were to leave. Where that router works, no traffic is lost. */
export function partial(event: FailoverEvent<'Failover Partial'>, memory: Memory, site: NotifiedSite): News {
  const severity = PLANNED.has(event.detail.reason) ? 'degraded' : 'down';
  return worse(severity, event.at, partialMessage(event, severity, site), memory);
}

/** The site is at least as bad as this, which is news if it was better before. */
function worse(severity: 'down' | 'degraded', at: number, message: Message, memory: Memory): News {
  const before = memory.conditions[SITE];
  if (before?.severity === 'down' || before?.severity === severity) {
    return nothing(withCondition(memory, SITE, { ...before, changedAt: at }));
  }
  const condition = {
    severity,
    since: before?.since ?? at,
    downSince: severity === 'down' ? at : undefined,
    title: message.title,
    changedAt: at,
  };
  return { memory: withCondition(memory, SITE, condition), messages: [message] };
}
