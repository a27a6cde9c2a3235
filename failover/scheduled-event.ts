/** What AWS has announced to do to an instance. */
export interface ScheduledEvent {
  /**
   * `instance-reboot`, `system-maintenance`, `instance-retirement`, … as DescribeInstanceStatus has it; from EventBridge also
   * `spot-interruption` and `rebalance-recommendation`, and whatever else AWS Health names.
   */
  readonly code: string;
  readonly description: string;
  /** ms since the epoch; undefined: AWS did not say. */
  readonly notBefore?: number | undefined;
  /** When EventBridge delivered it, ms since the epoch, and route-swap told people; undefined: only Describe shows it. */
  readonly deliveredAt?: number | undefined;
  /** It has happened, or was called off. */
  readonly over?: boolean;
}

/** A scheduled event, and whose. */
export interface Notice {
  /** `i-…` */
  readonly instance: string;
  readonly event: ScheduledEvent;
}

/** Is it the notice of such an event of this instance? A later one takes its place. */
export function isNoticeOf(notice: Notice, instance: string, code: string): boolean {
  return notice.instance === instance && notice.event.code === code;
}

/** People were told of this event, of this time: when it became known, or when it was near. */
export interface AnnouncedEvent {
  /** Of the router. */
  readonly eni: string;
  readonly code: string;
  /** ms since the epoch; undefined: AWS did not say. */
  readonly notBefore?: number | undefined;
  readonly stage: EventStage;
  /** ms since the epoch. */
  readonly at: number;
}

export type EventStage = 'announced' | 'near';

/** People are told again when it is so near. */
const NEAR_MS = 60 * 60_000;

/** @param now ms since the epoch */
export function stageOf({ notBefore }: ScheduledEvent, now: number): EventStage {
  return notBefore !== undefined && notBefore - now <= NEAR_MS ? 'near' : 'announced';
}

/** EC2's API and AWS Health tell the same event with other words, and its time to the second or to the minute. */
export function isSameTime(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Math.abs(one - other) < 60_000;
}

/**
 * Events of one instance that are not over, each once: what EC2 lists counts, with its words and its time; what EventBridge
 * delivered besides is added, and else only tells when people heard of it. What EC2 lists as over is, whoever announced it.
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

/** An event may have been put off before it ended; one that is still to come then is another one. */
export function isEndOf(ended: ScheduledEvent, { code, notBefore }: ScheduledEvent): boolean {
  const { notBefore: endedTime = Number.POSITIVE_INFINITY } = ended;
  if (notBefore !== undefined && isSameTime(endedTime, notBefore)) return true;
  return ended.code === code && (notBefore ?? Number.POSITIVE_INFINITY) <= endedTime;
}

/** What EventBridge delivered is forgotten so long after its time: by then EC2 has done it, or thought better of it. */
const KEPT_AFTER_MS = 6 * 60 * 60_000;

/** Until when what EventBridge delivered counts, ms since the epoch. */
export function keptUntil({ notBefore, deliveredAt = 0 }: ScheduledEvent): number {
  return Math.max(notBefore ?? deliveredAt, deliveredAt) + KEPT_AFTER_MS;
}
