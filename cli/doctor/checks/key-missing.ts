import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';

export const keyMissing: Check = {
  id: 'key-missing',
  severity: 'degraded',
  check: ({ secrets, next, siteRef: { site } }) =>
    whenRead(secrets, (all) =>
      all
        .filter(({ missing }) => missing.includes(site.region))
        .map(({ name }) => ({
          where: name,
          says: `there is no such SSM parameter in ${site.region}`,
          remedy: `Run ${next('secrets', 'create')}: it creates the missing keys, with the value of the other Region where there is one.`,
        })),
    ),
};
