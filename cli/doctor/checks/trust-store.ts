import { counted } from '../../output/counted.ts';
import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

const DAY_MS = 86_400_000;
const LEAST_MS = 60 * DAY_MS;

/** Without Amazon's root certificates neither the reporter nor the SSM agent reaches AWS. */
export const trustStore: Check = {
  id: 'trust-store',
  severity: 'attention',
  check: (facts) =>
    onEachExamined(
      facts,
      (router, { trust }, { answeredAt }) => {
        if (trust === null) return [];
        const { until } = trust;
        if (until !== null && until - answeredAt >= LEAST_MS) return [];
        return [
          {
            where: router,
            says: stateOf(until, answeredAt),
            remedy: 'Upgrade the VyOS image, or its package ca-certificates.',
          },
        ];
      },
      ({ trust }) => trust === null && 'its store of trusted certificates cannot be read',
    ),
};

function stateOf(until: number | null, now: number): string {
  if (until === null) return 'its store of trusted certificates has no root certificate of Amazon';
  return until <= now
    ? 'the last root certificate of Amazon in its store has expired'
    : `the last root certificate of Amazon in its store expires in ${counted(Math.floor((until - now) / DAY_MS), 'day')}`;
}
