import { ALARMS, type AlarmDefinition, type AlarmName } from '#contracts/alarms.ts';
import type { DetailType } from '#contracts/events.ts';
import { METRICS } from '#contracts/metrics.ts';
import type { SiteSeverity } from '#failover/stored-state.ts';
import type { AlarmChange } from '../incoming.ts';
import { type Condition, type Memory, SITE, withCondition } from '../memory.ts';
import type { NotifiedSite } from '../message.ts';
import { alarmEndedMessage, alarmMessage } from '../texts/alarm-texts.ts';
import { type News, nothing } from './news.ts';

/** An alarm rises up to this long after the event of the same outcome: three minutes of data, their delay, and a late delivery. */
const SAME_OUTCOME_MS = 15 * 60_000;

/**
 * An alarm about routes or traffic is about the time before a swap, or about routes that the swap names: four minutes of data, and its
 * delay.
 */
const SAME_SWAP_MS = 5 * 60_000;

/** An alarm of the site has changed its state. EventBridge and Lambda's retries deliver changes in any order. */
export function alarmChanged(change: AlarmChange, memory: Memory, site: NotifiedSite): News {
  const { severity, events, notifiesItself = false, endsByItself = false }: AlarmDefinition = ALARMS[change.alarm];
  if (severity === 'attention' || notifiesItself) return nothing(memory);
  if (change.alarm === 'traffic-lost') return trafficLost(change, memory, site);
  const key = ['alarm', change.alarm, change.router].filter((part) => part !== undefined).join(':');
  const before = memory.conditions[key];
  const newest = Math.max(before?.changedAt ?? 0, memory.ended[key] ?? 0);
  if (change.state === 'INSUFFICIENT_DATA' || change.at < newest) return nothing(memory);
  if (change.state === 'OK') {
    // The state of an alarm that begins is no end: all alarms of a deployment have it at once, and none is stored.
    if (before === undefined && change.previous !== 'ALARM') return nothing(memory);
    const after = { ...withCondition(memory, key, undefined), ended: { ...memory.ended, [key]: change.at } };
    if (before === undefined || before.pending !== undefined || endsByItself) return nothing(after);
    if (needsProbe(change.alarm))
      return nothing({ ...after, conditions: { ...memory.conditions, [key]: { ...before, over: change } } });
    return { memory: after, messages: [alarmEndedMessage(change, before, site)] };
  }
  if (before !== undefined)
    return nothing(withCondition(memory, key, { ...before, over: undefined, changedAt: change.at }));
  if (isAnnounced(change.alarm, change.at, memory)) return nothing(memory);
  const condition = conditionOf(change, severity, site);
  if (events.length > 0) return nothing(withCondition(memory, key, { ...condition, pending: change }));
  return { memory: withCondition(memory, key, condition), messages: [alarmMessage(change, severity, site)] };
}

function conditionOf(change: AlarmChange, severity: SiteSeverity, site: NotifiedSite): Condition {
  const { at } = change;
  const downSince = severity === 'down' ? at : undefined;
  return { severity, since: at, downSince, title: alarmMessage(change, severity, site).title, changedAt: at };
}

/** An event of the same outcome, which has the reason and the persons, arrives within seconds, before or after the alarm. */
const EVENT_WITHIN_MS = 60_000;

/** Announces the alarms whose event has not arrived. */
export function pendingAlarms(now: number, before: Memory, site: NotifiedSite): News {
  const memory = withoutRemoved(before, site);
  return Object.entries(memory.conditions).reduce((news: News, [key, condition]): News => {
    const { pending, severity, since } = condition;
    if (pending === undefined || now - since < EVENT_WITHIN_MS) return news;
    if (isAnnounced(pending.alarm, since, memory))
      return { ...news, memory: withCondition(news.memory, key, undefined) };
    const known = withCondition(news.memory, key, { ...condition, pending: undefined });
    return { memory: known, messages: [...news.messages, alarmMessage(pending, severity, site)] };
  }, nothing(memory));
}

/** Whether the alarm is over both when the fault is and when the probe stops: it emits the metric of a fault only while there is one. */
function needsProbe(alarm: AlarmName): boolean {
  const { watches, missing }: AlarmDefinition = ALARMS[alarm];
  const isOfSite = watches.of === 'site' || watches.of === 'router';
  return isOfSite && METRICS[watches.metric].service === 'health-probe' && missing !== 'breaching';
}

const PROBE_MISSING = 'alarm:probe-missing';
/** `probe-missing` rises with the ends of the alarms that lost their data, in any order. */
const PROBE_MISSING_WITHIN_MS = 2 * 60_000;
/** An alarm rises again this long after the probe does: three minutes of data, and their delay. */
const RISES_AGAIN_WITHIN_MS = 5 * 60_000;

/** Announces the ends of alarms on what the probe finds, once it is known that it runs: a probe that stopped has found no end. */
export function endedAlarms(now: number, memory: Memory, site: NotifiedSite): News {
  if (memory.conditions[PROBE_MISSING] !== undefined) return nothing(memory);
  const ranAgain = memory.ended[PROBE_MISSING] ?? Number.NEGATIVE_INFINITY;
  return Object.entries(memory.conditions).reduce((news: News, [key, condition]): News => {
    const { over } = condition;
    if (over === undefined || now < Math.max(over.at + PROBE_MISSING_WITHIN_MS, ranAgain + RISES_AGAIN_WITHIN_MS))
      return news;
    const message = alarmEndedMessage(over, condition, site);
    return { memory: withCondition(news.memory, key, undefined), messages: [...news.messages, message] };
  }, nothing(memory));
}

/** A deployment removes alarms, and those of a renamed router; CloudWatch then announces no end. */
function withoutRemoved(memory: Memory, { routers }: NotifiedSite): Memory {
  const isRemoved = (key: string) => {
    const [kind, alarm = '', router] = key.split(':');
    return kind === 'alarm' && !(Object.hasOwn(ALARMS, alarm) && (router === undefined || routers.includes(router)));
  };
  return Object.keys(memory.conditions)
    .filter(isRemoved)
    .reduce((known, key) => withCondition(known, key, undefined), memory);
}

/**
 * The first to notice lost traffic that no swap was asked for. It is about the site's own condition, which the probe confirms and ends;
 * the alarm itself is over as soon as there is no data. After a failover it is about the time before it.
 */
function trafficLost(change: AlarmChange, memory: Memory, site: NotifiedSite): News {
  const before = memory.conditions[SITE];
  const { at } = change;
  const isOver = at - (memory.events['Failover Completed'] ?? Number.NEGATIVE_INFINITY) < SAME_SWAP_MS;
  if (change.state !== 'ALARM' || before?.severity === 'down' || isOver) return nothing(memory);
  const message = alarmMessage(change, 'down', site);
  const since = before?.since ?? at;
  const condition: Condition = { severity: 'down', since, downSince: at, title: message.title, changedAt: at };
  return { memory: withCondition(memory, SITE, condition), messages: [message] };
}

const HEALTH_EVENTS: ReadonlySet<DetailType> = new Set(['Site Degraded', 'Site Recovered']);

/**
 * An event of the same outcome has arrived, or the site is known to be degraded and such an event would have announced that. That the site
 * is degraded, or well again, does not announce that traffic is lost.
 */
function isAnnounced(alarm: AlarmName, at: number, { events: arrived, conditions }: Memory): boolean {
  const { events, severity }: AlarmDefinition = ALARMS[alarm];
  const isDown = severity === 'down';
  const ofHealth = events.includes('Site Degraded') ? conditions[SITE] : undefined;
  if (ofHealth !== undefined && (!isDown || ofHealth.severity === 'down')) return true;
  const within = isDown && events.includes('Site Degraded') ? SAME_SWAP_MS : SAME_OUTCOME_MS;
  return events
    .filter((type) => !isDown || !HEALTH_EVENTS.has(type))
    .some((type) => at - (arrived[type] ?? Number.NEGATIVE_INFINITY) < within);
}
