import type { Check } from '../check.ts';

export const paused: Check = {
  id: 'paused',
  severity: 'attention',
  readsTable: true,
  check: ({ view: { name, pause } }) => ({
    found:
      pause === null
        ? []
        : [
            {
              where: name,
              says: `${pause.by} has paused automatic failover until ${pause.until} (${pause.reason})`,
              remedy: `It ends by itself. To end it now: vyos-failover resume ${name}`,
            },
          ],
  }),
};
