import type { Held, Memory } from './memory.ts';
import type { Message, NotifiedSite } from './message.ts';
import { digestMessage } from './texts/digest-text.ts';

export const HOUR_MS = 3_600_000;
/** Messages of a site in an hour, before they are held back for a digest. */
export const MESSAGES_AN_HOUR = 6;
/**
 * Urgent messages of a site in an hour: a site that is down and up again every six minutes. It bounds what a flood of events costs; the
 * digest counts the rest.
 */
export const URGENT_AN_HOUR = 20;

/**
 * Which of the messages are sent now. The limit never holds back that traffic is lost, or flows again, before `URGENT_AN_HOUR`. Beyond
 * `MESSAGES_AN_HOUR` the others are counted, and a digest an hour later says what was held back; while as many as that are held back in
 * an hour, there is one digest an hour and nothing else.
 */
export function pace(
  memory: Memory,
  messages: readonly Message[],
  now: number,
  site: NotifiedSite,
): { readonly memory: Memory; readonly messages: readonly Message[] } {
  const digested = digest(memory, now, site);
  return messages.reduce(add(now), digested);
}

interface Paced {
  readonly memory: Memory;
  readonly messages: readonly Message[];
}

function add(now: number) {
  return ({ memory, messages }: Paced, message: Message): Paced => {
    const list = message.isUrgent ? 'urgent' : 'sent';
    const recent = memory[list].filter((at) => now - at < HOUR_MS);
    const limit = message.isUrgent ? URGENT_AN_HOUR : MESSAGES_AN_HOUR;
    // The last urgent message of an hour is that traffic is lost: an OK that nothing may follow would be wrong for an hour.
    const isKept = message.isUrgent && message.label !== 'DOWN';
    const isFull = recent.length >= limit - (isKept ? 1 : 0) || (!message.isUrgent && memory.held !== undefined);
    if (isFull) return { memory: { ...memory, held: withOne(memory.held, message, now) }, messages };
    const last = message.isUrgent ? LAST_URGENT_OF_THE_HOUR : LAST_OF_THE_HOUR;
    const sent = recent.length + 1 === limit ? { ...message, facts: [...message.facts, last] } : message;
    return { memory: { ...memory, [list]: [...recent, now] }, messages: [...messages, sent] };
  };
}

const LAST_OF_THE_HOUR = [
  'Limit',
  `this is message ${MESSAGES_AN_HOUR} within an hour. More follow as one digest; lost traffic is still announced at once.`,
] as const;

const LAST_URGENT_OF_THE_HOUR = [
  'Limit',
  `this is urgent message ${URGENT_AN_HOUR} within an hour. More follow as one digest; the site may be down or up again until then.`,
] as const;

/** Different titles that are counted apart. */
const TITLES_AT_MOST = 20;

function withOne(held: Held | undefined, { label, title }: Message, now: number): Held {
  const counts = held?.counts ?? {};
  const name = `${label} ${title}`;
  const key = name in counts || Object.keys(counts).length < TITLES_AT_MOST ? name : 'others';
  return { since: held?.since ?? now, counts: { ...counts, [key]: (counts[key] ?? 0) + 1 } };
}

/** Ends an hour in which messages were held back. */
function digest(memory: Memory, now: number, site: NotifiedSite): Paced {
  const { held } = memory;
  if (held === undefined || now - held.since < HOUR_MS) return { memory, messages: [] };
  const total = Object.values(held.counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return { memory: { ...memory, held: undefined }, messages: [] };
  const next = total >= MESSAGES_AN_HOUR ? { since: now, counts: {} } : undefined;
  return {
    memory: { ...memory, held: next, sent: [...memory.sent.filter((at) => now - at < HOUR_MS), now] },
    messages: [digestMessage(held, total, memory.conditions, now, site)],
  };
}
