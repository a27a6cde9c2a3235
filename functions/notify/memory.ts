import type { DetailType } from '#contracts/events.ts';
import type { SiteSeverity } from '#failover/stored-state.ts';
import type { AlarmChange } from './incoming.ts';
import type { Message } from './message.ts';

/** What the notifier remembers of its site between two events. All times are ms since the epoch. */
export interface Memory {
  /** Ids of events, and outcomes, that were handled. Newest last. */
  readonly seen: readonly string[];
  /** When the newest event of each type arrived. */
  readonly events: Readonly<Partial<Record<DetailType, number>>>;
  /** What is wrong now, by `site` or by alarm. */
  readonly conditions: Readonly<Record<string, Condition>>;
  /** When each alarm ended last, by its key in `conditions`. A change from before that is delivered late. */
  readonly ended: Readonly<Record<string, number>>;
  /** When the messages of the last hour were sent: urgent ones, and all others. */
  readonly urgent: readonly number[];
  readonly sent: readonly number[];
  /** Messages are held back for a digest; undefined: they are not. */
  readonly held?: Held | undefined;
  readonly outbox: readonly Delivery[];
}

/** `topic`: of all messages, as plain text. `chat`: of the Slack channel. */
export type Channel = 'topic' | 'chat';

/** A message that is decided and not yet published to one topic, so that a topic that fails repeats nothing at the other. */
export interface Delivery {
  readonly message: Message;
  readonly channel: Channel;
  /** When a run last began to publish it, ms since the epoch. */
  readonly decidedAt: number;
  /** When it was decided, ms since the epoch, and how many runs have tried since. Default: at `decidedAt`, by one. */
  readonly firstAt?: number | undefined;
  readonly tries?: number | undefined;
}

/** Something that is wrong, from the message that says so to the one that says that it is over. */
export interface Condition {
  readonly severity: SiteSeverity;
  readonly since: number;
  /** When traffic was lost; undefined: it is not. */
  readonly downSince?: number | undefined;
  /** Of the message that announced it. */
  readonly title: string;
  /** What the probe found last. Undefined: a swap or a refusal shows the condition, and the probe has not confirmed it. */
  readonly diagnosis?: string | undefined;
  /** The alarm that shows it, while no message has announced it: an event that says more may follow. */
  readonly pending?: AlarmChange | undefined;
  /** The change that ended the alarm, while it is not known whether only its data ended. */
  readonly over?: AlarmChange | undefined;
  /** The last event about it. */
  readonly changedAt: number;
}

export interface Held {
  readonly since: number;
  /** Number of messages, by label and title. */
  readonly counts: Readonly<Record<string, number>>;
}

export const EMPTY_MEMORY: Memory = {
  seen: [],
  events: {},
  conditions: {},
  ended: {},
  urgent: [],
  sent: [],
  outbox: [],
};

/** The condition of the site as a whole; the others are of one alarm each (`alarm:probe-missing`). */
export const SITE = 'site';

/** EventBridge delivers an event again within minutes; a site has far fewer events in that time. */
const SEEN_AT_MOST = 200;

export function hasSeen({ seen }: Memory, id: string): boolean {
  return seen.includes(id);
}

export function withSeen(memory: Memory, id: string): Memory {
  return { ...memory, seen: [...memory.seen, id].slice(-SEEN_AT_MOST) };
}

/** @param condition undefined: it is over */
export function withCondition(memory: Memory, key: string, condition: Condition | undefined): Memory {
  const { [key]: _, ...others } = memory.conditions;
  return { ...memory, conditions: condition === undefined ? others : { ...others, [key]: condition } };
}
