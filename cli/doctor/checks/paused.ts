import { utcTime } from '../../output/time.ts';
import type { Check } from '../check.ts';

export const paused: Check = {
  id: 'paused',
  severity: 'attention',
  readsTable: true,
  check: ({ next, view: { name, pause } }) => ({
    found:
      pause === null
        ? []
        : [
            {
              where: name,
              says: `${pause.by} has paused automatic failover until ${utcTime(Date.parse(pause.until))} (${pause.reason})`,
              remedy: `It ends by itself. To end it now: ${next('resume', name)}`,
            },
          ],
  }),
};
