import { alarmSentence, runbookOf } from '#contracts/alarms.ts';
import type { SiteSeverity } from '#failover/stored-state.ts';
import { utcTime } from '#failover/utc-time.ts';
import { durationText } from '../duration.ts';
import type { AlarmChange } from '../incoming.ts';
import type { Condition } from '../memory.ts';
import type { Message, NotifiedSite } from '../message.ts';

/** An alarm has risen that no event announces. */
export function alarmMessage(change: AlarmChange, severity: SiteSeverity, site: NotifiedSite): Message {
  const sentence = sentenceOf(change, site);
  return {
    ...common(change),
    label: severity === 'down' ? 'DOWN' : 'DEGRADED',
    title: sentence.replace(/[,;:.].*$/s, '').replace(` of ${site.name}`, ''),
    what: sentence,
    facts: [
      ['Since', utcTime(change.at)],
      ['Alarm', change.reason],
    ],
    next: [`vyos-failover explain ${site.name}`],
    runbook: runbookOf(change.alarm),
    isUrgent: severity === 'down',
  };
}

/** The alarm is over. */
export function alarmEndedMessage(change: AlarmChange, before: Condition, site: NotifiedSite): Message {
  const lasted = durationText(change.at - before.since);
  const about = change.router === undefined ? change.alarm : `${change.alarm} of ${change.router}`;
  return {
    ...common(change),
    label: 'OK',
    title: `${about} is over (${lasted})`,
    what: `This has ended: ${sentenceOf(change, site)}`,
    facts: [['Lasted', `from ${utcTime(before.since)} to ${utcTime(change.at)}`]],
    next: [],
    isUrgent: before.downSince !== undefined,
  };
}

function sentenceOf({ alarm, router }: AlarmChange, site: NotifiedSite): string {
  return alarmSentence(alarm, { site: site.name, ...(router !== undefined && { router }) });
}

function common({ id, at, alarm, router }: AlarmChange) {
  const about = router === undefined ? alarm : `${alarm}--${router}`;
  return { id, ids: [`alarm ${about}`, `event ${id}`], at };
}
