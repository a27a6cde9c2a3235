import { EVENT_KEPT_AFTER_MS, EVENT_NEAR_MS } from './limits.ts';

/** A scheduled event of an instance. */
export interface ScheduledEvent {
  /**
   * `instance-reboot`, `system-maintenance`, `instance-retirement`, … as DescribeInstanceStatus has it; from EventBridge also
   * `spot-interruption` and `rebalance-recommendation`, and any other code of AWS Health.
   */
  readonly code: string;
  readonly description: string;
  /** ms since the epoch; undefined: AWS states no time. */
  readonly notBefore?: number | undefined;
  /** When EventBridge delivered it and route-swap announced it, ms since the epoch; undefined: only Describe shows it. */
  readonly deliveredAt?: number | undefined;
  /** It has happened, or was cancelled. */
  readonly over?: boolean;
}

/** A scheduled event with its instance. */
export interface Notice {
  /** `i-…` */
  readonly instance: string;
  readonly event: ScheduledEvent;
}

/** Whether a notice is of this instance and code. A later notice of the same replaces it. */
export function isNoticeOf(notice: Notice, instance: string, code: string): boolean {
  return notice.instance === instance && notice.event.code === code;
}

/** The announcement of an event at one stage: when it became known, or when it was near. */
export interface AnnouncedEvent {
  /** Of the router. */
  readonly eni: string;
  readonly code: string;
  /** ms since the epoch; undefined: AWS states no time. */
  readonly notBefore?: number | undefined;
  readonly stage: EventStage;
  /** ms since the epoch. */
  readonly at: number;
}

export type EventStage = 'announced' | 'near';

/** The announcement that is due for an event. @param now ms since the epoch */
export function stageOf({ notBefore }: ScheduledEvent, now: number): EventStage {
  return notBefore !== undefined && notBefore - now <= EVENT_NEAR_MS ? 'near' : 'announced';
}

/** Whether two times are of one event: EC2's API states them to the second, AWS Health to the minute. */
export function isSameTime(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Math.abs(one - other) < 60_000;
}

/**
 * Events of one instance that are not over, each once. EC2's list takes precedence, with its description and time; what
 * EventBridge delivered in addition is added. An event that EC2 lists as over is over in either source.
 */
export function openEvents(
  listed: readonly ScheduledEvent[],
  delivered: readonly ScheduledEvent[],
): readonly ScheduledEvent[] {
  const deliveredAt = (event: ScheduledEvent) =>
    delivered.find((other) => isSameTime(other.notBefore, event.notBefore))?.deliveredAt;
  const open = listed.filter(({ over }) => over !== true);
  const isListed = (event: ScheduledEvent) =>
    open.some((other) => other.code === event.code || isSameTime(other.notBefore, event.notBefore));
  const isOver = (event: ScheduledEvent) => listed.some((other) => other.over === true && isEndOf(other, event));
  return [
    ...open.map((event) => ({ ...event, deliveredAt: deliveredAt(event) })),
    ...delivered.filter((event) => !isListed(event) && !isOver(event)),
  ];
}

/** Whether `ended` ends this event, which may have been postponed meanwhile. A later event of the same code is another one. */
export function isEndOf(ended: ScheduledEvent, { code, notBefore }: ScheduledEvent): boolean {
  const { notBefore: endedTime = Number.POSITIVE_INFINITY } = ended;
  if (notBefore !== undefined && isSameTime(endedTime, notBefore)) return true;
  return ended.code === code && (notBefore ?? Number.POSITIVE_INFINITY) <= endedTime;
}

/** Until when an event delivered by EventBridge is kept, ms since the epoch. */
export function keptUntil({ notBefore, deliveredAt = 0 }: ScheduledEvent): number {
  return Math.max(notBefore ?? deliveredAt, deliveredAt) + EVENT_KEPT_AFTER_MS;
}
