import { utcTime } from '#failover/utc-time.ts';
import { durationText } from '../duration.ts';
import type { Condition, Held, Memory } from '../memory.ts';
import type { Label, Message, NotifiedSite } from '../message.ts';

/** What was held back in the last hour, and what is wrong now. */
export function digestMessage(
  { since, counts }: Held,
  total: number,
  conditions: Memory['conditions'],
  now: number,
  site: NotifiedSite,
): Message {
  const lines = Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([title, count]) => `- ${count} x ${title}`);
  const open = Object.values(conditions).filter(({ pending }) => pending === undefined);
  return {
    id: `digest-${site.name}-${now}`,
    label: worst(open),
    title: total === 1 ? '1 more message in the last hour' : `${total} more messages in the last hour`,
    what: [
      `${site.name} changed often, and messages were held back since ${utcTime(since)}:`,
      ...lines,
      open.length === 0 ? 'Nothing is wrong now.' : 'Wrong now:',
      ...open.map((condition) => `- ${nowText(condition, now)}`),
    ].join('\n'),
    facts: [],
    next: [`vyos-failover explain ${site.name}`, `vyos-failover history ${site.name}`],
    ids: [],
    at: now,
    isUrgent: false,
  };
}

function worst(open: readonly Condition[]): Label {
  if (open.some(({ severity }) => severity === 'down')) return 'DOWN';
  return open.length > 0 ? 'DEGRADED' : 'INFO';
}

function nowText({ severity, title, since }: Condition, now: number): string {
  return `${severity.toUpperCase()} ${title}, for ${durationText(now - since)}`;
}
