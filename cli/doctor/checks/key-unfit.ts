import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';

export const keyUnfit: Check = {
  id: 'key-unfit',
  severity: 'attention',
  check: ({ secrets, next, siteRef: { site } }) =>
    whenRead(secrets, (all) =>
      all
        .filter(({ state, regions }) => state === 'unfit' && regions.includes(site.region))
        .map(({ name }) => ({
          where: name,
          says: 'the parameter is not a SecureString, or has characters that VyOS or Serf does not accept',
          remedy: `Delete it in every Region and run ${next('secrets', 'create')}, then push the routers.`,
        })),
    ),
};
