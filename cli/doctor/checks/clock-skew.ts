import { duration } from '../../output/time.ts';
import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

/** Reports are corrected by the API's clock. Signatures of the SSM agent are not, and fail at 5 minutes. */
const LEAST_MS = 2_000;

export const clockSkew: Check = {
  id: 'clock-skew',
  severity: 'attention',
  check: (facts) =>
    onEachExamined(facts, (router, { beganAt, endedAt }, { askedAt, answeredAt }) => {
      // The router ran between the question and its answer: an earlier begin, or a later end, is the clock's error at least.
      const ahead = endedAt - answeredAt;
      const behind = askedAt - beganAt;
      const skew = Math.max(ahead, behind);
      if (skew < LEAST_MS) return [];
      return [
        {
          where: router,
          says: `its clock is at least ${duration(skew)} ${ahead > behind ? 'ahead of' : 'behind'} AWS's`,
          remedy:
            'Configure NTP: the Amazon Time Sync Service is at 169.254.169.123 (VyOS: set service ntp server 169.254.169.123).',
        },
      ];
    }),
};
