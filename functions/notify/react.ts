import { ALARMS, type AlarmDefinition } from '#contracts/alarms.ts';
import type { Announced, Incoming } from './incoming.ts';
import { hasSeen, type Memory, withSeen } from './memory.ts';
import type { Message, NotifiedSite } from './message.ts';
import { alarmChanged, endedAlarms, pendingAlarms } from './news/alarm-news.ts';
import { completed, noted, partial, refused } from './news/failover-news.ts';
import { degraded, recovered, settled } from './news/health-news.ts';
import { type News, nothing } from './news/news.ts';
import { pace } from './pace.ts';
import {
  pauseEndedMessage,
  pauseEndingMessage,
  pushedMessage,
  scheduledMessage,
  unreadableMessage,
} from './texts/plan-texts.ts';

interface Reaction {
  /** The same object if nothing has changed. */
  readonly memory: Memory;
  /** To be published now, in this order. */
  readonly messages: readonly Message[];
}

/**
 * Decides which messages an event is worth: one for each outcome, whatever announces it and however often it is delivered, and no more
 * of them than the limits allow. Pure.
 *
 * @param now ms since the epoch; an event may be delivered late
 */
export function react(memory: Memory, incoming: Incoming, now: number, site: NotifiedSite): Reaction {
  if (hasSeen(memory, incoming.id)) return { memory, messages: [] };
  const news = newsOf(incoming, memory, site);
  // Such as the first state of each alarm after a deployment: nothing to remember, and so no write that others must wait for.
  if (incoming.kind === 'alarm' && news.memory === memory && news.messages.length === 0)
    return { memory, messages: [] };
  const known = incoming.kind === 'tick' ? news.memory : withSeen(arrived(news.memory, incoming, now), incoming.id);
  return pace(known, news.messages, now, site);
}

function newsOf(incoming: Incoming, memory: Memory, site: NotifiedSite): News {
  switch (incoming.kind) {
    case 'event':
      return unlessAlarmed(incoming, memory, ofEvent(incoming, memory, site));
    case 'alarm':
      return alarmChanged(incoming, memory, site);
    case 'tick': {
      const health = settled(incoming, memory, site);
      const alarms = pendingAlarms(incoming.at, health.memory, site);
      const ended = endedAlarms(incoming.at, alarms.memory, site);
      return { memory: ended.memory, messages: [...health.messages, ...alarms.messages, ...ended.messages] };
    }
    case 'unreadable':
      return once(unreadableMessage(incoming, site), memory);
  }
}

function ofEvent(event: Announced, memory: Memory, site: NotifiedSite): News {
  switch (event.type) {
    case 'Failover Completed':
      return completed(event, memory, site);
    case 'Failover Refused':
      return refused(event, memory, site);
    case 'Failover Noted':
      return noted(event, memory, site);
    case 'Failover Partial':
      return partial(event, memory, site);
    case 'Site Degraded':
      return degraded(event, memory, site);
    case 'Site Recovered':
      return recovered(event, memory);
    case 'Router Event Scheduled':
      return once(scheduledMessage(event, site), memory);
    case 'Pause Ending':
      return once(pauseEndingMessage(event, site), memory);
    case 'Pause Ended':
      return once(pauseEndedMessage(event), memory);
    case 'Config Pushed':
      return once(pushedMessage(event), memory);
    default:
      return nothing(memory);
  }
}

/** An alarm that rose after the event, and arrived before it, has announced the outcome. */
function unlessAlarmed({ type, at }: Announced, { conditions }: Memory, news: News): News {
  const isAlarmed = Object.entries(ALARMS).some(([name, { events }]: [string, AlarmDefinition]) => {
    const alarm = conditions[`alarm:${name}`];
    return alarm !== undefined && alarm.pending === undefined && events.includes(type) && at <= alarm.since;
  });
  return isAlarmed ? { ...news, messages: news.messages.filter(({ isUrgent }) => isUrgent) } : news;
}

function once(message: Message, memory: Memory): News {
  return { memory, messages: [message] };
}

/** An alarm about the same outcome follows. */
function arrived(memory: Memory, incoming: Incoming, now: number): Memory {
  return incoming.kind === 'event' ? { ...memory, events: { ...memory.events, [incoming.type]: now } } : memory;
}
