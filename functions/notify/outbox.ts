import type { Delivery } from './memory.ts';

/** Messages that wait while SNS does not answer; the oldest are dropped. */
export const OUTBOX_AT_MOST = 40;
/** Longer than the function runs: the run that decided on the message has ended without publishing it. */
const ABANDONED_MS = 30_000;
/** Each run that fails to publish is an error and ends in a dead letter: a topic that stays broken must not make one every minute. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** A message of yesterday describes a site that is another one by now; the history has what happened. */
const EXPIRED_MS = 24 * 3_600_000;

interface Outbox {
  /** To be published by the run that reads them. */
  readonly abandoned: readonly Delivery[];
  /** Older than a day, and dropped. */
  readonly expired: readonly Delivery[];
  /** Under way in another run, or not due yet. */
  readonly waiting: readonly Delivery[];
}

/** What a run does with the messages that earlier runs have left. Pure. @param now ms since the epoch */
export function outboxAt(now: number, outbox: readonly Delivery[]): Outbox {
  const isExpired = ({ decidedAt, firstAt = decidedAt }: Delivery) => now - firstAt >= EXPIRED_MS;
  const isDue = ({ decidedAt, tries = 1 }: Delivery) =>
    now - decidedAt >= Math.min(ABANDONED_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
  return {
    abandoned: outbox.filter((each) => !isExpired(each) && isDue(each)),
    expired: outbox.filter(isExpired),
    waiting: outbox.filter((each) => !isExpired(each) && !isDue(each)),
  };
}

/** The delivery once more, begun now. */
export function tried(delivery: Delivery, now: number): Delivery {
  const { decidedAt, firstAt = decidedAt, tries = 1 } = delivery;
  return { ...delivery, decidedAt: now, firstAt, tries: tries + 1 };
}
