import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

const LEAST_MS = 60 * 86_400_000;
const DAY_MS = 86_400_000;

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
        const says =
          until === null
            ? 'its store of trusted certificates has no root certificate of Amazon'
            : `the last root certificate of Amazon in its store expires in ${Math.floor((until - answeredAt) / DAY_MS)} days`;
        return [{ where: router, says, remedy: 'Upgrade the VyOS image, or its package ca-certificates.' }];
      },
      ({ trust }) => trust === null && 'its store of trusted certificates cannot be read',
    ),
};
