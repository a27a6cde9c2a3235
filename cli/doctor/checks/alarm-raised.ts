import { ALARMS, alarmSentence, findAlarm, runbookOf } from '#contracts/alarms.ts';
import { utcTime } from '../../output/time.ts';
import type { Check } from '../check.ts';
import { type Found, whenRead } from '../outcome.ts';

/** What another check or an operator may have missed: an alarm of dead letters or of a failed function has no other sign. */
export const alarmRaised: Check = {
  id: 'alarm-raised',
  severity: 'attention',
  check: ({ alarms, siteRef: { site } }) =>
    whenRead(alarms, (all) =>
      all.flatMap(({ name, state, since }): readonly Found[] => {
        const alarm = findAlarm(name);
        if (state !== 'ALARM' || alarm === undefined) return [];
        const { router = site.name } = alarm;
        const says = alarmSentence(alarm.name, { site: site.name, router }).replace(/\.$/, '');
        const from = since === undefined ? '' : ` since ${utcTime(since)}`;
        return [
          {
            where: router,
            says: `the alarm ${alarm.name} (${ALARMS[alarm.name].severity}) is raised${from}: ${says}`,
            remedy: `Follow ${runbookOf(alarm.name)}.`,
          },
        ];
      }),
    ),
};
