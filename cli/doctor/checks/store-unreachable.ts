import type { Check } from '../check.ts';

export const storeUnreachable: Check = {
  id: 'store-unreachable',
  severity: 'degraded',
  check: ({ view, observation }) => ({
    found: observation.stored.reachable
      ? []
      : [
          {
            where: view.name,
            says: "the site's DynamoDB table does not answer",
            remedy:
              'Check that the table exists, its KMS key, and the log of route-swap; a redeployment restores the permissions.',
          },
        ],
  }),
};
