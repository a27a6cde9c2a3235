import { alarmNamesOf } from '#infra/alarm-names.ts';
import { counted } from '../../output/counted.ts';
import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';

/** A deleted alarm, or a site that was deployed by an earlier version. */
export const alarmMissing: Check = {
  id: 'alarm-missing',
  severity: 'attention',
  check: ({ alarms, observation, siteRef: { site } }) =>
    whenRead(alarms, (all) => {
      const missing = alarmNamesOf(observation.site).filter((each) => !all.some(({ name }) => name === each));
      if (missing.length === 0) return [];
      const says = `${counted(missing.length, 'alarm')} of the site ${missing.length === 1 ? 'does' : 'do'} not exist: ${missing.join(', ')}`;
      return [{ where: site.name, says, remedy: 'Deploy the site again: npx cdk deploy.' }];
    }),
};
